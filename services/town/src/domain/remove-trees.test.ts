import { describe, expect, it } from "vitest";
import {
  aContext,
  aConvoy,
  aMolecule,
  aNudge,
  anAgent,
  anIssue,
  aPull,
  aRequest,
  aSnapshot,
  aWorker,
  now,
} from "./builders.ts";
import type { Change } from "./change.ts";
import { evolve, evolveAll } from "./evolve.ts";
import { newAgentBead } from "./new-bead.ts";
import { reconcile } from "./reconcile.ts";
import { removeTrees } from "./remove-trees.ts";
import type { TownState } from "./state.ts";

const making = { rig: "web", title: "Anvil", body: "", trace: aContext().trace, actor: "rule:x", now: 0 };
const agentBead = { ...newAgentBead(aSnapshot(), making), bead: "gt-30", number: 108 };

function remove(things: Parameters<typeof aSnapshot>[0], ...roots: string[]) {
  const before = aSnapshot(things);
  const { changes, deleted } = removeTrees(before, roots, now);
  const after = evolveAll(before, changes, now);
  if (after === null) throw new Error("the town is gone");
  return { changes, deleted, after };
}

function named(after: TownState, id: string): boolean {
  const { beads, agents, nudges } = after;
  return JSON.stringify([[...beads], [...agents], [...nudges]]).includes(`"${id}"`);
}

const told = (changes: readonly Change[]) => changes.map(({ type }) => type).filter((type) => type !== "bead.deleted");

function stepOf(molecule: string, id: string, needs: string[]) {
  return { kind: "step" as const, molecule, step: { id, needs } };
}

describe("remove-trees", () => {
  it("lets the agent of a deleted bead go; rules then stop its process", () => {
    const { changes, after } = remove(
      { beads: [anIssue("gt-1", { status: "in_progress", assignee: "gt-21" })], agents: [aWorker("gt-21", "gt-1")] },
      "gt-1",
    );
    expect(changes).toMatchObject([
      { type: "agent.unhooked", agent: "gt-21", bead: "gt-1" },
      { type: "agent.status-changed", agent: "gt-21", from: "working", to: "idle", reason: "gt-1 was deleted" },
      { type: "bead.deleted", bead: "gt-1" },
    ]);
    expect(after.agents.get("gt-21")).toMatchObject({ hook: null, status: "idle", workedOn: null, dispatchedAt: null });
    expect(after.town.spent.agentMs).toBe(60_000);
    const { decisions } = reconcile({ ...after, listeningSince: 0 }, now);
    expect(decisions).toMatchObject([{ decision: { do: "stop-agent", agent: "gt-21" } }]);
  });

  it("opens the bead of a deleted agent again, at no cost, and forgets the agent and its nudges", () => {
    const issue = anIssue("gt-1", { status: "in_progress", assignee: "gt-30", lastAgent: "gt-30", attempts: 2 });
    const done = anIssue("gt-2", { status: "closed", assignee: "gt-30", lastAgent: "gt-30" });
    const { changes, after, deleted } = remove(
      {
        beads: [agentBead, issue, done],
        agents: [aWorker("gt-30", "gt-1")],
        nudges: [aNudge("n-1", "gt-30"), aNudge("n-2", "gt-21")],
      },
      "gt-30",
    );
    expect(told(changes)).toEqual(["bead.status-changed", "bead.released", "agent.status-changed"]);
    expect(after.beads.get("gt-1")).toMatchObject({ status: "open", assignee: null, lastAgent: null, attempts: 1 });
    expect(after.beads.get("gt-2")).toMatchObject({ status: "closed", assignee: null, lastAgent: null });
    expect([...after.nudges.keys()]).toEqual(["n-2"]);
    expect(named(after, "gt-30")).toBe(false);
    expect(deleted).toEqual(["gt-30"]);
  });

  it("gives a merge request back that a deleted refinery was reading", () => {
    const request = aRequest("gt-2", "gt-1", { status: "in_progress", assignee: "gt-30", re: { review: "requested" } });
    const { after } = remove(
      {
        beads: [agentBead, anIssue("gt-1", { status: "in_review" }), request],
        agents: [aWorker("gt-30", "gt-2", { role: "refinery" })],
      },
      "gt-30",
    );
    expect(after.beads.get("gt-2")).toMatchObject({ status: "open", assignee: null, request: { review: "none" } });
  });

  it("changes nothing about an agent and a bead that both go", () => {
    const issue = anIssue("gt-1", { status: "in_progress", assignee: "gt-30" });
    const { changes, after } = remove(
      { beads: [agentBead, issue], agents: [aWorker("gt-30", "gt-1")] },
      "gt-30",
      "gt-1",
    );
    expect(told(changes)).toEqual([]);
    expect(after.beads.size + after.agents.size).toBe(0);
  });

  it("lets what waits for a deleted bead go on", () => {
    const { after } = remove(
      {
        beads: [
          anIssue("gt-1"),
          anIssue("gt-2", { dependsOn: ["gt-1", "gt-3"], blocked: true }),
          anIssue("gt-3", { status: "closed" }),
        ],
      },
      "gt-1",
    );
    expect(after.beads.get("gt-2")).toMatchObject({ dependsOn: ["gt-3"] });
    const { decisions } = reconcile({ ...after, listeningSince: 0 }, now);
    expect(decisions.map(({ decision }) => decision.do)).toContain("unblock");
  });

  it("shrinks a convoy, and closes it when nothing is left of it", () => {
    const convoy = aConvoy("hq-9", ["gt-1", "gt-2"]);
    const beads = [convoy, anIssue("gt-1", { convoy: "hq-9" }), anIssue("gt-2", { convoy: "hq-9" })];
    const one = remove({ beads }, "gt-1");
    expect(told(one.changes)).toEqual(["convoy.changed"]);
    expect(one.after.beads.get("hq-9")).toMatchObject({ status: "open", members: ["gt-2"] });
    const both = remove({ beads }, "gt-1", "gt-2");
    expect(told(both.changes)).toEqual(["convoy.changed", "bead.status-changed"]);
    expect(both.after.beads.get("hq-9")).toMatchObject({ status: "closed", members: [] });
  });

  it("leaves the members of a deleted convoy that are not its children alone, and holds those of a staged one", () => {
    const convoy = aConvoy("hq-9", ["gt-1", "gt-2", "gt-3"], { staged: true });
    const beads = [
      convoy,
      anIssue("gt-1", { convoy: "hq-9", parent: "hq-9" }),
      anIssue("gt-2", { convoy: "hq-9", parent: "gt-5" }),
      anIssue("gt-3", { convoy: "hq-9", status: "closed" }),
      anIssue("gt-5"),
    ];
    const { after, deleted } = remove({ beads }, "hq-9");
    expect(deleted.toSorted()).toEqual(["gt-1", "hq-9"]);
    expect(after.beads.get("gt-2")).toMatchObject({ convoy: null, held: true });
    expect(after.beads.get("gt-3")).toMatchObject({ convoy: null, held: false });
    expect(named(after, "hq-9")).toBe(false);
    const started = remove({ beads: beads.map((b) => (b.type === "convoy" ? { ...b, staged: false } : b)) }, "hq-9");
    expect(started.after.beads.get("gt-2")).toMatchObject({ convoy: null, held: false });
  });

  it("lets a convoy ask again for a landing that was deleted", () => {
    const landings = [{ ...aConvoy("hq-9", ["gt-1"]).landings[0], rig: "web", request: "gt-2", attempts: 1 }];
    const convoy = { ...aConvoy("hq-9", ["gt-1"]), landings } as ReturnType<typeof aConvoy>;
    const { after } = remove({ beads: [convoy, anIssue("gt-1"), aRequest("gt-2", "hq-9")] }, "gt-2");
    expect(after.beads.get("hq-9")).toMatchObject({ landings: [{ request: null, attempts: 1 }] });
  });

  it("takes a deleted molecule from its bead, and a deleted step from those that need it", () => {
    const beads = [
      anIssue("gt-1", { molecule: "gt-2" }),
      aMolecule("gt-2", "gt-1", { steps: ["gt-3", "gt-4"] }),
      anIssue("gt-3", stepOf("gt-2", "build", [])),
      anIssue("gt-4", { ...stepOf("gt-2", "test", ["build"]), dependsOn: ["gt-3"] }),
    ];
    const molecule = remove({ beads }, "gt-2");
    expect([...molecule.after.beads.keys()]).toEqual(["gt-1"]);
    expect(molecule.after.beads.get("gt-1")).toMatchObject({ molecule: null });
    const one = remove({ beads }, "gt-3");
    expect(one.after.beads.get("gt-2")).toMatchObject({ steps: ["gt-4"] });
    expect(one.after.beads.get("gt-4")).toMatchObject({ step: { id: "test", needs: [] }, dependsOn: [] });
  });

  it("ends the wait for a person with a merge request that waited for one (R9)", () => {
    const re = { awaitingSince: now - 5000, pull: aPull({ state: "awaiting_approval" }) };
    const { changes } = remove(
      { beads: [anIssue("gt-1", { status: "in_review" }), aRequest("gt-2", "gt-1", { re })] },
      "gt-1",
    );
    expect(changes[0]).toMatchObject({ type: "approval.resolved", bead: "gt-2", source: "gt-1", waitedMs: 5000 });
    expect(told(changes)).toEqual(["approval.resolved"]);
  });

  it("says the same in one order, however the town was loaded", () => {
    const beads = [
      anIssue("gt-1"),
      anIssue("gt-2", { parent: "gt-1" }),
      aConvoy("hq-9", ["gt-1"]),
      aConvoy("hq-8", ["gt-2"]),
    ];
    const agents = [aWorker("gt-21", "gt-1"), aWorker("gt-22", "gt-2"), anAgent("gt-23")];
    const forth = remove({ beads, agents }, "gt-1");
    const back = remove({ beads: beads.toReversed(), agents: agents.toReversed() }, "gt-1");
    expect(back.changes).toEqual(forth.changes);
  });

  it("comes to the same whether beads go one by one or all in one pass", () => {
    const beads = [
      anIssue("gt-1", { molecule: "gt-2" }),
      aMolecule("gt-2", "gt-1", { steps: ["gt-3", "gt-4", "gt-5"] }),
      anIssue("gt-3", stepOf("gt-2", "build", [])),
      anIssue("gt-4", { ...stepOf("gt-2", "test", ["build"]), dependsOn: ["gt-3"] }),
      anIssue("gt-5", { ...stepOf("gt-2", "ship", ["build", "test"]), dependsOn: ["gt-3", "gt-4"] }),
      anIssue("gt-6", { dependsOn: ["gt-3", "gt-4"], assignee: "gt-30", lastAgent: "gt-30" }),
      agentBead,
    ];
    const before = aSnapshot({ beads, agents: [anAgent("gt-30"), anAgent("gt-21", { workedOn: "gt-4" })] });
    const { changes } = removeTrees(before, ["gt-3", "gt-4", "gt-30"], now);
    const one = changes.reduce<TownState>((state, change) => evolve(state, change, now), before);
    expect(changes).toHaveLength(3);
    expect(evolveAll(before, changes, now)).toEqual(one);
    expect(one.beads.get("gt-5")).toMatchObject({ step: { needs: [] }, dependsOn: [] });
  });

  it("leaves everything else the same object, so that no other row is written", () => {
    const other = anIssue("gt-2");
    const { after } = remove({ beads: [anIssue("gt-1"), other], agents: [anAgent("gt-21")] }, "gt-1");
    expect(after.beads.get("gt-2")).toBe(other);
  });
});
