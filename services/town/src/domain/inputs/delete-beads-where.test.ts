import { describe, expect, it } from "vitest";
import { aContext, aMessage, anEscalation, anIssue, aRig, aSnapshot } from "../builders.ts";
import { newAgentBead } from "../new-bead.ts";
import { deleteBeadsWhere } from "./delete-beads-where.ts";

const trace = aContext().trace;
const agentBead = {
  ...newAgentBead(aSnapshot(), { rig: "web", title: "Anvil", body: "", trace, actor: "rule:x", now: 0 }),
  bead: "gt-8",
};
const state = aSnapshot({
  rigs: [aRig(), aRig({ rig: "api", prefix: "api" })],
  beads: [
    anIssue("gt-1", { status: "closed" }),
    anIssue("gt-2", { status: "failed" }),
    anIssue("gt-3"),
    anIssue("api-4", { status: "closed", rig: "api" }),
    anIssue("gt-5", { parent: "gt-1" }),
    anEscalation("hq-6", { status: "closed", rig: null }),
    aMessage("gt-7", "gt-8"),
    agentBead,
  ],
});

function deleted(data: Parameters<typeof deleteBeadsWhere.decide>[1]) {
  const decided = deleteBeadsWhere.decide(state, data, aContext());
  return decided.outcome === "applied" ? decided.result : decided;
}

describe("delete-beads-where", () => {
  it.each<[string, Parameters<typeof deleted>[0], string[]]>([
    ["of a status, with what is below them", { status: ["closed"] }, ["gt-1", "api-4", "hq-6", "gt-5"]],
    ["of several statuses", { status: ["failed", "open"] }, ["gt-2", "gt-3", "gt-5", "gt-7"]],
    ["of a rig", { status: ["closed"], rig: "api" }, ["api-4"]],
    ["of a type", { status: ["closed"], type: ["escalation"] }, ["hq-6"]],
    ["and finds none", { status: ["in_review"] }, []],
  ])("deletes beads %s, but no agents", (_reason, data, expected) => {
    expect(deleted(data)).toEqual({ deleted: expected, more: false });
  });

  it("deletes the oldest 500 and says that there are more", () => {
    const many = Array.from({ length: 502 }, (_, i) => anIssue(`gt-${(i + 1).toString(36)}`, { status: "closed" }));
    const decided = deleteBeadsWhere.decide(
      aSnapshot({ beads: many.toReversed() }),
      { status: ["closed"] },
      aContext(),
    );
    expect(decided).toMatchObject({ outcome: "applied", result: { more: true } });
    const gone = decided.outcome === "applied" ? decided.changes : [];
    expect(gone).toHaveLength(500);
    expect(gone.at(-1)).toMatchObject({ bead: "gt-1" });
    expect(gone.at(0)).toMatchObject({ bead: `gt-${(500).toString(36)}` });
  });

  it("is terminal in a rig that does not exist", () => {
    expect(deleteBeadsWhere.decide(state, { status: ["open"], rig: "ops" }, aContext())).toMatchObject({
      outcome: "terminal",
      code: "rig_not_found",
    });
  });

  it("asks for one more than it deletes", () => {
    const data = { status: ["closed" as const], rig: "web" };
    expect(deleteBeadsWhere.needs(data)).toEqual({ rigs: ["web"], treesWhere: { ...data, limit: 501 } });
  });
});
