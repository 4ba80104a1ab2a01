import { describe, expect, it } from "vitest";
import { aContext, anAgent, anEscalation, anIssue, aRequest, aRig, aSnapshot } from "../builders.ts";
import { newAgentBead } from "../new-bead.ts";
import { removeRig } from "./remove-rig.ts";

const trace = aContext().trace;
const agentBead = {
  ...newAgentBead(aSnapshot(), { rig: "web", title: "Anvil", body: "", trace, actor: "rule:x", now: 0 }),
  bead: "gt-8",
  number: 8,
};
const rigs = [aRig(), aRig({ rig: "api", prefix: "api" })];
const ended = [anIssue("gt-1", { status: "closed" }), aRequest("gt-2", "gt-1", { status: "closed" }), agentBead];
const elsewhere = anIssue("api-3", { rig: "api" });

function remove(beads: Parameters<typeof aSnapshot>[0], force = false) {
  return removeRig.decide(aSnapshot({ rigs, agents: [anAgent("gt-8")], ...beads }), { rig: "web", force }, aContext());
}

describe("remove-rig", () => {
  it("removes a rig whose work has ended, with all its beads and agents, and nothing of another", () => {
    expect(removeRig.needs({ rig: "web", force: false })).toEqual({ rigs: ["web"], treesIn: "web" });
    expect(remove({ beads: [...ended, elsewhere] })).toEqual({
      outcome: "applied",
      changes: [
        { type: "bead.deleted", bead: "gt-8", beadType: "agent" },
        { type: "bead.deleted", bead: "gt-2", beadType: "merge_request" },
        { type: "bead.deleted", bead: "gt-1", beadType: "issue" },
        { type: "rig.removed", rig: "web" },
      ],
      result: { rig: "web", deleted: 3 },
    });
  });

  it("refuses while there is live work, which is named, unless it is forced", () => {
    const live = Array.from({ length: 6 }, (_, i) => anIssue(`gt-${i + 10}`));
    const beads = [...ended, ...live, anEscalation("gt-9")];
    expect(remove({ beads })).toMatchObject({
      outcome: "refused",
      code: "wrong_state",
      message: expect.stringContaining("6: gt-10, gt-11, gt-12, gt-13, gt-14, …"),
    });
    expect(remove({ beads }, true)).toMatchObject({ outcome: "applied", result: { deleted: 10 } });
  });

  it("does not count what only waits to be read as work", () => {
    expect(remove({ beads: [...ended, anEscalation("gt-9")] })).toMatchObject({ outcome: "applied" });
  });

  it("does not know other rigs", () => {
    expect(removeRig.decide(aSnapshot(), { rig: "api", force: true }, aContext())).toMatchObject({
      outcome: "terminal",
      code: "rig_not_found",
    });
  });
});
