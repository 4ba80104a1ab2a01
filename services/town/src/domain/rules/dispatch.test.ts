import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import type { Bead } from "../bead.ts";
import { anAgent, anEscalation, anIssue, aRequest, aRig, aSnapshot, aWorker, now } from "../builders.ts";
import { dispatch } from "./dispatch.ts";

const bead = anIssue("gt-1", { assignee: "gt-21" });
const hooked = anAgent("gt-21", { hook: "gt-1" });

function look(beads: readonly Bead[], agents: readonly Agent[], rigs = [aRig()]) {
  return dispatch.look(aSnapshot({ beads, agents, rigs }), now);
}

const starting = (askedAt: number) => aWorker("gt-21", "gt-1", { process: { state: "starting", askedAt } });

describe("dispatch", () => {
  it.each([
    ["a polecat to its bead", bead, hooked],
    [
      "a refinery to its merge request",
      aRequest("gt-1", "gt-9", { assignee: "gt-21" }),
      { ...hooked, role: "refinery" as const },
    ],
    ["an agent whose last run was given up", bead, { ...hooked, process: { state: "lost" as const } }],
  ])("sends %s", (_reason, work, agent) => {
    expect(look([work], [agent])).toEqual({
      decisions: [{ do: "dispatch", bead: "gt-1", agent: "gt-21" }],
      explanations: [],
      nextLook: null,
    });
  });

  it.each([
    ["held", { ...bead, held: true }, "it is held"],
    ["blocked", { ...bead, dependsOn: ["gt-5"] }, "it waits for gt-5"],
  ])("gives a bead back that became %s after it was hooked", (_reason, work, reason) => {
    expect(look([work, anIssue("gt-5")], [hooked]).decisions).toEqual([
      { do: "release", bead: "gt-1", agent: "gt-21", reason, lost: false, setback: false },
    ]);
  });

  it("waits for the rig, and for the last run of the agent", () => {
    const noRig = look([bead], [hooked], [aRig({ state: "failed" })]);
    expect(noRig).toMatchObject({ decisions: [], explanations: [{ bead: "gt-1", says: "waits for rig web" }] });
    const noPlace = look([{ ...bead, rig: null }], [hooked]);
    expect(noPlace).toMatchObject({ decisions: [], explanations: [{ says: "waits for rig null" }] });
    const ending = look([bead], [{ ...hooked, process: { state: "running" } }]);
    expect(ending).toMatchObject({
      decisions: [],
      explanations: [{ bead: "gt-1", says: "waits for the last run of Anvil to end" }],
    });
  });

  it("asks again for a start nobody has told of", () => {
    const working = { ...bead, status: "in_progress" as const };
    expect(look([working], [starting(now - 60_000)]).decisions).toEqual([
      { do: "ask-start-again", bead: "gt-1", agent: "gt-21" },
    ]);
    expect(look([working], [starting(now - 59_000)])).toMatchObject({ decisions: [], nextLook: now + 1000 });
    expect(look([working], [aWorker("gt-21", "gt-1")])).toMatchObject({ decisions: [], nextLook: null });
  });

  it.each([
    ["without a hook", anAgent("gt-21"), bead],
    ["whose bead is gone", anAgent("gt-21", { hook: "gt-7" }), bead],
    ["whose bead is somebody else's", hooked, { ...bead, assignee: "gt-22" }],
    ["whose bead has ended", hooked, { ...bead, status: "closed" as const }],
    ["hooked to what is no work", hooked, anEscalation("gt-1", { assignee: "gt-21" })],
  ])("leaves an agent alone %s", (_reason, agent, work) => {
    expect(look([work], [agent])).toEqual({ decisions: [], explanations: [], nextLook: null });
  });
});
