import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import type { Bead } from "../bead.ts";
import { aConvoy, aMessage, anAgent, anEscalation, anIssue, aRequest, aSnapshot, aWorker, now } from "../builders.ts";
import { reconcile, settle } from "../reconcile.ts";
import { repairInvariants } from "./repair-invariants.ts";

interface Given {
  readonly beads?: readonly Bead[];
  readonly agents?: readonly Agent[];
}

const worked = anIssue("gt-1", { status: "in_progress", assignee: "gt-21", attempts: 1 });
const worker = aWorker("gt-21", "gt-1");
const second = { ...worker, agent: "gt-22", name: "Bellows" };
const read = (bead: string, reader: string) =>
  aRequest(bead, "gt-1", { status: "in_progress", assignee: reader, re: { review: "requested" } });
const reader = (agent: string, bead: string) => aWorker(agent, bead, { role: "refinery", name: agent });
const inReview = anIssue("gt-1", { status: "in_review", assignee: "gt-21" });

/** What is put right by itself, and told of: states that no history leads to. */
const violations: [string, Given, object[]][] = [
  [
    "two agents are hooked to a bead (6)",
    { beads: [worked], agents: [worker, second] },
    [{ how: "unhook", agent: "gt-22", reason: "gt-21 and gt-22 were hooked to gt-1" }],
  ],
  [
    "two agents are hooked to a merge request (6)",
    {
      beads: [inReview, read("gt-2", "gt-31")],
      agents: [anAgent("gt-21"), reader("gt-32", "gt-2"), reader("gt-31", "gt-2")],
    },
    [{ how: "unhook", agent: "gt-32" }],
  ],
  [
    "an agent works on nothing (7)",
    { agents: [{ ...worker, hook: null }] },
    [{ how: "unhook", agent: "gt-21", reason: "gt-21 worked on nothing" }],
  ],
  [
    "an agent works on somebody else's bead (7)",
    { beads: [worked], agents: [{ ...second, hook: "gt-1" }] },
    [{ how: "unhook", agent: "gt-22", reason: "gt-22 worked on gt-1, which is not its own" }],
  ],
  [
    "an agent works on an open bead (7)",
    { beads: [{ ...worked, status: "open" }], agents: [worker] },
    [{ how: "unhook", agent: "gt-21", reason: "gt-21 worked on gt-1, which is open" }],
  ],
  [
    "an agent works on what is no work (7)",
    { beads: [anEscalation("gt-1")], agents: [worker] },
    [{ how: "unhook", agent: "gt-21", reason: "gt-21 worked on gt-1, which is no work" }],
  ],
  [
    "a stalled agent has a bead",
    { beads: [worked], agents: [{ ...worker, status: "stalled", stalledAt: now - 1000 }] },
    [{ how: "unhook", agent: "gt-21", reason: "gt-21 was stalled with gt-1" }],
  ],
  [
    "two merge requests are read in a rig (3)",
    {
      beads: [inReview, read("gt-2", "gt-31"), anIssue("gt-3", { status: "in_review" }), read("gt-4", "gt-32")],
      agents: [anAgent("gt-21"), reader("gt-31", "gt-9"), reader("gt-32", "gt-4")],
    },
    [{ how: "release", bead: "gt-2", agent: "gt-31", reason: "gt-2 and gt-4 were read in web" }],
  ],
  [
    "two merge requests are read by nobody (3)",
    { beads: [read("gt-2", "gt-31"), read("gt-4", "gt-32")] },
    [{ how: "release", bead: "gt-4" }],
  ],
  [
    "a convoy is in progress (5)",
    { beads: [{ ...aConvoy("hq-5", []), status: "in_progress" }] },
    [{ how: "reset", bead: "hq-5", reason: "hq-5, of type convoy, was in_progress" }],
  ],
  [
    "a merge request is in review (5)",
    { beads: [inReview, aRequest("gt-2", "gt-1", { status: "in_review" })], agents: [anAgent("gt-21")] },
    [{ how: "reset", bead: "gt-2" }],
  ],
  [
    "who handed work in does not exist",
    { beads: [inReview, aRequest("gt-2", "gt-1")] },
    [{ how: "unassign", bead: "gt-1", reason: "gt-1 named gt-21, which does not exist" }],
  ],
  ["mail is for nobody", { beads: [aMessage("gt-5", "gt-21", { announced: true })] }, [{ how: "close", bead: "gt-5" }]],
];

describe("repair-invariants", () => {
  it.each(violations)("repairs that %s, and tells it once", (_reason, given, decisions) => {
    const snapshot = aSnapshot(given);
    expect(repairInvariants.look(snapshot, now)).toMatchObject({ explanations: [], nextLook: null });
    const found = reconcile(snapshot, now, [repairInvariants]).decisions.map(({ decision }) => decision);
    expect(found).toMatchObject(decisions.map((d) => ({ do: "repair", ...d })));
    const { steps, settled } = settle(snapshot, now, [repairInvariants]);
    expect(settled).toBe(true);
    const told = steps.flatMap(({ changes }) => changes.filter(({ type }) => type === "invariant.violated"));
    expect(told).toHaveLength(decisions.length);
  });

  it("keeps a bead with the agent it names", () => {
    const { state } = settle(aSnapshot({ beads: [worked], agents: [second, worker] }), now);
    expect(state.beads.get("gt-1")).toMatchObject({ status: "in_progress", assignee: "gt-21" });
    expect(state.agents.get("gt-21")).toMatchObject({ status: "working", hook: "gt-1" });
    expect(state.agents.get("gt-22")).toMatchObject({ status: "idle", hook: null });
    const requests = [inReview, read("gt-2", "gt-31")];
    const crew = [anAgent("gt-21"), reader("gt-32", "gt-2"), reader("gt-31", "gt-2")];
    const reading = settle(aSnapshot({ beads: requests, agents: crew }), now).state;
    expect(reading.beads.get("gt-2")).toMatchObject({ status: "in_progress", assignee: "gt-31" });
  });

  it("leaves a convoy open, and work in review without a name", () => {
    const convoy = settle(aSnapshot({ beads: [{ ...aConvoy("hq-5", []), status: "in_review" }] }), now, [
      repairInvariants,
    ]);
    expect(convoy.state.beads.get("hq-5")).toMatchObject({ status: "open" });
    const { state } = settle(aSnapshot({ beads: [inReview, aRequest("gt-2", "gt-1")] }), now, [repairInvariants]);
    expect(state.beads.get("gt-1")).toMatchObject({ status: "in_review", assignee: null });
  });
});

/** What people and lost messages lead to: put right by the rules it belongs to, without a word. */
const ordinary: [string, Given, string][] = [
  [
    "an agent's bead has ended (7)",
    { beads: [{ ...worked, status: "closed" }], agents: [worker] },
    "stop-finished-agents",
  ],
  ["an agent's bead was deleted (7)", { agents: [worker] }, "stop-finished-agents"],
  ["work in review has no merge request (4)", { beads: [inReview], agents: [anAgent("gt-21")] }, "release-lost-work"],
  ["open work names an agent that does not exist", { beads: [{ ...worked, status: "open" }] }, "release-lost-work"],
  ["work in progress names an agent that does not exist", { beads: [worked] }, "release-lost-work"],
];

describe("invariants that people and lost messages break", () => {
  it.each(ordinary)("when %s, it is put right without a word", (_reason, given, rule) => {
    const snapshot = aSnapshot(given);
    expect(repairInvariants.look(snapshot, now).decisions).toEqual([]);
    const { steps, settled, state } = settle(snapshot, now);
    expect(steps[0]?.rule).toBe(rule);
    expect(settled).toBe(true);
    expect(reconcile(state, now).decisions).toEqual([]);
  });

  it("says nothing about a town in which all is well", () => {
    const mayor = anAgent("hq-9", { role: "mayor", rig: null, status: "working", process: { state: "running" } });
    const beads = [
      worked,
      anIssue("gt-3", { status: "in_review" }),
      aRequest("gt-4", "gt-3"),
      aMessage("gt-5", "gt-21"),
    ];
    const snapshot = aSnapshot({ beads, agents: [worker, mayor] });
    expect(repairInvariants.look(snapshot, now)).toEqual({ decisions: [], explanations: [], nextLook: null });
  });
});
