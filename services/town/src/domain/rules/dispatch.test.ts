import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import type { Bead } from "../bead.ts";
import { anAgent, anEscalation, anIssue, aRequest, aRig, aSnapshot, aTown, aWorker, now } from "../builders.ts";
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

  it.each([
    ["of the rig", { maxPolecatsPerRig: 2 }, "waits for a free polecat (cap 2)"],
    ["of the town", { maxPolecatsPerTown: 2 }, "waits for a free polecat (cap 2 of the town)"],
  ])("sends no more polecats than the cap %s, the most urgent first, whoever hooked them", (_of, policy, says) => {
    const beads = [bead, anIssue("gt-2", { assignee: "gt-22", priority: "high" })];
    const agents = [
      hooked,
      anAgent("gt-22", { hook: "gt-2" }),
      anAgent("gt-23", { status: "stalled", process: { state: "running" } }),
      anAgent("gt-24", { role: "refinery", process: { state: "running" } }),
    ];
    expect(dispatch.look(aSnapshot({ beads, agents, policy }), now)).toMatchObject({
      decisions: [{ do: "dispatch", bead: "gt-2", agent: "gt-22" }],
      explanations: [{ bead: "gt-1", says }],
      nextLook: null,
    });
  });

  it("sends a refinery whatever the polecats' cap", () => {
    const request = aRequest("gt-1", "gt-9", { assignee: "gt-21" });
    const agents = [{ ...hooked, role: "refinery" as const }, aWorker("gt-22", "gt-2")];
    const policy = { maxPolecatsPerRig: 1, maxPolecatsPerTown: 1 };
    expect(dispatch.look(aSnapshot({ beads: [request], agents, policy }), now).decisions).toHaveLength(1);
  });

  it.each([
    ["a bead", bead, hooked],
    ["a merge request", aRequest("gt-1", "gt-9", { assignee: "gt-21" }), { ...hooked, role: "refinery" as const }],
  ])("gives %s back while the breaker is open or a budget is used up", (_what, work, agent) => {
    const failures = Array.from({ length: 20 }, () => ({ rig: "api", at: now - 1 }));
    const open = aSnapshot({ beads: [work], agents: [agent], town: aTown({}, { failures }) });
    expect(dispatch.look(open, now).decisions).toEqual([
      { do: "release", bead: "gt-1", agent: "gt-21", reason: "nothing is dispatched now", lost: false, setback: false },
    ]);
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
