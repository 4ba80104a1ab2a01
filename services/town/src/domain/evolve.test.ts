import { describe, expect, it } from "vitest";
import type { Change } from "./change.ts";
import {
  aMessage,
  anAgent,
  anEscalation,
  anIssue,
  aPull,
  aRequest,
  aRig,
  aSnapshot,
  aWorker,
  head,
  now,
} from "./builders.ts";
import { evolve, evolveAll } from "./evolve.ts";
import type { TownState } from "./state.ts";

const town = {
  type: "town.created",
  town: "demo",
  name: "Demo",
  policyOverride: { autoMerge: false },
  model: "m",
} as const;

function after(change: Change, things: Parameters<typeof aSnapshot>[0] = {}): TownState {
  return evolve(aSnapshot(things), change, now);
}

describe("evolve, of towns and rigs", () => {
  it("begins with a town", () => {
    expect(evolve(null, town, now)).toMatchObject({
      town: { town: "demo", nextNumber: 1, version: 0, createdAt: now, policy: { autoMerge: false, codeReview: true } },
    });
    expect(evolveAll(null, [], now)).toBeNull();
    expect(evolveAll(null, [town, { type: "town.updated", changed: { name: "New" } }], now)?.town.name).toBe("New");
    expect(() => evolve(null, { type: "rig.asked", rig: "web" }, now)).toThrow("does not exist");
  });

  it("keeps the policy in step with its override", () => {
    expect(
      after({ type: "town.updated", changed: { policyOverride: { maxPolecatsPerRig: 7 } } }).town.policy
        .maxPolecatsPerRig,
    ).toBe(7);
    expect(
      after({ type: "town.updated", changed: { name: "New", model: null } }, { policy: { autoMerge: false } }).town,
    ).toMatchObject({ name: "New", policy: { autoMerge: false } });
  });

  it("knows what became of a rig", () => {
    expect(after({ type: "rig.added", rig: aRig({ rig: "api" }) }).rigs.has("api")).toBe(true);
    expect(after({ type: "rig.asked", rig: "web" }).rigs.get("web")?.askedAt).toBe(now);
    const told = {
      type: "rig.reported",
      rig: "web",
      from: "registering",
      to: "failed",
      cloneUrl: null,
      reason: "gone",
    } as const;
    expect(after({ ...told, defaultBranch: null }).rigs.get("web")).toMatchObject({
      state: "failed",
      stateReason: "gone",
      defaultBranch: "main",
    });
    expect(after({ ...told, defaultBranch: "trunk" }).rigs.get("web")?.defaultBranch).toBe("trunk");
    expect(() => after({ type: "rig.asked", rig: "nope" })).toThrow("not loaded");
  });
});

describe("evolve, of beads", () => {
  it("counts numbers on, and never back", () => {
    expect(after({ type: "bead.created", bead: anIssue("gt-rs") }).town.nextNumber).toBe(1001);
    expect(after({ type: "bead.created", bead: anIssue("gt-1") }).town.nextNumber).toBe(1000);
  });

  it("moves a bead along legal transitions only", () => {
    const moved = after(
      { type: "bead.status-changed", bead: "gt-1", from: "open", to: "closed", reason: "r" },
      { beads: [anIssue("gt-1")] },
    );
    expect(moved.beads.get("gt-1")).toMatchObject({ status: "closed", closedAt: now, failure: null });
    const failure = { code: "c", message: "m" };
    const failed = after(
      { type: "bead.status-changed", bead: "gt-1", from: "open", to: "failed", reason: "m", failure },
      { beads: [anIssue("gt-1")] },
    );
    expect(failed.beads.get("gt-1")).toMatchObject({ status: "failed", closedAt: null, failure });
    for (const [from, to] of [
      ["closed", "open"],
      ["open", "in_review"],
      ["in_progress", "closed"],
    ] as const) {
      const change = { type: "bead.status-changed", bead: "gt-1", from, to, reason: "r" } as const;
      expect(() =>
        after(change, { beads: [anIssue("gt-1", { status: from === "closed" ? "closed" : "open" })] }),
      ).toThrow("cannot move");
    }
  });

  it("hooks, releases and lets go", () => {
    const hooked = after(
      { type: "bead.assigned", bead: "gt-1", agent: "gt-21" },
      { beads: [anIssue("gt-1")], agents: [anAgent("gt-21")] },
    );
    expect([hooked.beads.get("gt-1")?.assignee, hooked.agents.get("gt-21")?.hook]).toEqual(["gt-21", "gt-1"]);
    expect(hooked.agents.get("gt-21")?.trace).toEqual(hooked.beads.get("gt-1")?.trace);
    const released = evolve(
      hooked,
      { type: "bead.released", bead: "gt-1", agent: "gt-21", reason: "r", setback: false },
      now,
    );
    expect([released.beads.get("gt-1")?.assignee, released.agents.get("gt-21")?.hook]).toEqual([null, null]);
    const elsewhere = after(
      { type: "bead.released", bead: "gt-1", agent: "gt-21", reason: "r", setback: false },
      { beads: [anIssue("gt-1")], agents: [aWorker("gt-21", "gt-9")] },
    );
    expect(elsewhere.agents.get("gt-21")?.hook).toBe("gt-9");
    const handedIn = evolve(hooked, { type: "agent.unhooked", agent: "gt-21", bead: "gt-1" }, now);
    expect([handedIn.beads.get("gt-1")?.assignee, handedIn.agents.get("gt-21")?.hook]).toEqual(["gt-21", null]);
    const read = after(
      { type: "agent.unhooked", agent: "gt-22", bead: "gt-2" },
      { beads: [aRequest("gt-2", "gt-1", { assignee: "gt-22" })], agents: [aWorker("gt-22", "gt-2")] },
    );
    expect(read.beads.get("gt-2")?.assignee).toBeNull();
  });

  it("edits, unblocks and slings", () => {
    const beads = [
      anIssue("gt-1", { blocked: true, held: true, lastDispatchAt: 5 }),
      aRequest("gt-2", "gt-1", { attempts: 5, re: { parked: true } }),
    ];
    expect(
      after({ type: "bead.updated", bead: "gt-1", changed: { title: "New" } }, { beads }).beads.get("gt-1"),
    ).toMatchObject({ title: "New", updatedAt: now });
    expect(after({ type: "bead.unblocked", bead: "gt-1" }, { beads }).beads.get("gt-1")).toMatchObject({
      blocked: false,
    });
    expect(after({ type: "bead.unblocked", bead: "gt-2" }, { beads }).beads.get("gt-2")).toEqual(beads[1]);
    const trace = { correlation: "c2", traceparent: null };
    expect(after({ type: "bead.slung", bead: "gt-1", trace }, { beads }).beads.get("gt-1")).toMatchObject({
      held: false,
      lastDispatchAt: null,
      trace,
    });
    expect(after({ type: "bead.slung", bead: "gt-2", trace }, { beads }).beads.get("gt-2")).toMatchObject({
      attempts: 0,
      request: { parked: false },
    });
  });

  it("delivers mail, and only tells of what has no state", () => {
    const beads = [aMessage("gt-1", "gt-21")];
    expect(
      after({ type: "mail.delivered", agent: "gt-21", beads: ["gt-1"] }, { beads }).beads.get("gt-1"),
    ).toMatchObject({ status: "closed", closedAt: now });
    const state = aSnapshot({ beads });
    expect(evolve(state, { type: "mail.sent", bead: "gt-1", to: "gt-21", subject: "s" }, now)).toBe(state);
    expect(evolve(state, { type: "escalation.raised", bead: "hq-1", severity: "low", title: "t" }, now)).toBe(state);
  });

  it("knows what it was not told: a bug in who decided", () => {
    const beads = [anEscalation("hq-1"), anIssue("gt-1")];
    expect(() => after({ type: "bead.unblocked", bead: "gt-9" })).toThrow("bead gt-9 was not loaded");
    expect(() => after({ type: "bead.assigned", bead: "hq-1", agent: "gt-21" }, { beads })).toThrow(
      "no agent works on it",
    );
    expect(() => after({ type: "review.told", bead: "gt-1" }, { beads })).toThrow("not a merge request");
    expect(() => after({ type: "agent.lost", agent: "gt-9" })).toThrow("agent gt-9 was not loaded");
  });
});

describe("evolve, of agents", () => {
  it("sends an agent: a new generation, an attempt, a branch", () => {
    const change = {
      type: "agent.dispatched",
      agent: "gt-21",
      bead: "gt-1",
      generation: 2,
      attempt: 3,
      branch: "b",
    } as const;
    const sent = after(change, {
      beads: [anIssue("gt-1")],
      agents: [anAgent("gt-21", { stopAskedAt: 4, activeAt: 4 })],
    });
    expect(sent.beads.get("gt-1")).toMatchObject({ attempts: 3, lastDispatchAt: now, branch: "b", lastAgent: "gt-21" });
    expect(sent.agents.get("gt-21")).toMatchObject({
      generation: 2,
      process: { state: "starting", askedAt: now },
      aliveAt: now,
      activeAt: null,
      stopAskedAt: null,
    });
    const read = after({ ...change, bead: "gt-2" }, { beads: [aRequest("gt-2", "gt-1")], agents: [anAgent("gt-21")] });
    expect(read.beads.get("gt-2")).toMatchObject({ attempts: 3, request: { branch: "gt/anvil/gt-1" } });
  });

  it.each<[Change, object]>([
    [{ type: "agent.start-asked", agent: "gt-21" }, { process: { state: "starting", askedAt: now } }],
    [{ type: "agent.status-changed", agent: "gt-21", from: "working", to: "idle", reason: "r" }, { status: "idle" }],
    [
      { type: "agent.reported", agent: "gt-21", state: "running", reason: "", seenAt: now },
      { process: { state: "running" }, aliveAt: now },
    ],
    [
      { type: "agent.reported", agent: "gt-21", state: "exited", reason: "done", seenAt: 5 },
      { process: { state: "ended", how: "exited", reason: "done" }, aliveAt: now - 1000 },
    ],
    [
      { type: "agent.seen", agent: "gt-21", aliveAt: now - 5, activeAt: now - 9, tokens: 0, microUsd: 0, busy: false },
      { aliveAt: now - 5, activeAt: now - 9, status: "working" },
    ],
    [
      { type: "agent.seen", agent: "gt-21", aliveAt: now - 5000, activeAt: null, tokens: 0, microUsd: 0, busy: false },
      { aliveAt: now - 1000, activeAt: null },
    ],
    [{ type: "agent.lost", agent: "gt-21" }, { process: { state: "lost" } }],
    [{ type: "agent.stop-asked", agent: "gt-21" }, { stopAskedAt: now }],
    [{ type: "agent.said", agent: "gt-21", message: "hm" }, { statusMessage: "hm" }],
  ])("knows $type", (change, expected) => {
    expect(after(change, { agents: [aWorker("gt-21", "gt-1")] }).agents.get("gt-21")).toMatchObject(expected);
  });

  it("keeps a note with the bead", () => {
    const noted = after(
      { type: "agent.checkpointed", agent: "gt-21", bead: "gt-1", data: { a: 1 } },
      { beads: [anIssue("gt-1")] },
    );
    expect(noted.beads.get("gt-1")).toMatchObject({ checkpoint: { a: 1 } });
  });
});

describe("evolve, of merge requests", () => {
  const change = { type: "work.handed-in", bead: "gt-1", request: "gt-2", head: head("1"), summary: "s" } as const;

  it("begins a new round with new work: attempts and review start again (W8)", () => {
    const old = aRequest("gt-2", "gt-1", {
      attempts: 3,
      re: { review: "changes_requested", parked: true, pull: aPull({ head: head("0") }) },
    });
    const next = after(change, { beads: [anIssue("gt-1", { attempts: 4, lastDispatchAt: 5 }), old] });
    expect(next.beads.get("gt-1")).toMatchObject({ attempts: 0, lastDispatchAt: null });
    expect(next.beads.get("gt-2")).toMatchObject({
      attempts: 0,
      request: { head: head("1"), review: "none", awaitsReport: true, parked: false, openAskedAt: null },
    });
  });

  it("does not wait for a report that has come already", () => {
    const told = aRequest("gt-2", "gt-1");
    expect(after(change, { beads: [anIssue("gt-1"), told] }).beads.get("gt-2")).toMatchObject({
      request: { awaitsReport: false },
    });
    const untold = aRequest("gt-2", "gt-1", { re: { pull: null } });
    expect(after(change, { beads: [anIssue("gt-1"), untold] }).beads.get("gt-2")).toMatchObject({
      request: { awaitsReport: true },
    });
  });

  const pull = aPull({ head: head("2") });
  it.each<[Change, object]>([
    [{ type: "pull.asked", bead: "gt-2" }, { openAskedAt: now }],
    [
      { type: "pull.reported", bead: "gt-2", pull, current: true },
      { pull, head: head("2"), awaitsReport: false },
    ],
    [
      { type: "pull.reported", bead: "gt-2", pull, current: false },
      { pull, head: head("1"), awaitsReport: true },
    ],
    [{ type: "pull.close-asked", bead: "gt-2" }, { closeAskedAt: now }],
    [
      { type: "review.requested", bead: "gt-2", source: "gt-1", head: head("1") },
      { review: "requested", reviewHead: head("1") },
    ],
    [
      { type: "review.withdrawn", bead: "gt-2", reason: "r" },
      { review: "none", reviewHead: null },
    ],
    [
      {
        type: "review.completed",
        bead: "gt-2",
        source: "gt-1",
        agent: "gt-22",
        verdict: "approved",
        head: head("1"),
        summary: "s",
      },
      { review: "approved", reviewer: "gt-22", reviewSummary: "s", reviewTold: false },
    ],
    [{ type: "review.told", bead: "gt-2" }, { reviewTold: true }],
    [{ type: "review.parked", bead: "gt-2" }, { parked: true }],
    [
      { type: "merge.requested", bead: "gt-2", source: "gt-1", pull: 3, head: head("1") },
      { mergeAskedAt: now, mergeAskedHead: head("1") },
    ],
  ])("knows $type", (told, expected) => {
    const beads = [aRequest("gt-2", "gt-1", { re: { awaitsReport: true } })];
    expect(after(told, { beads }).beads.get("gt-2")).toMatchObject({ request: expected });
  });

  it("sends work back with what was said", () => {
    const back = {
      type: "rework.requested",
      bead: "gt-1",
      request: "gt-2",
      round: 2,
      reason: "r",
      feedback: "f",
      head: head("1"),
    } as const;
    const next = after(back, { beads: [anIssue("gt-1", { assignee: "gt-21" }), aRequest("gt-2", "gt-1")] });
    expect(next.beads.get("gt-1")).toMatchObject({ assignee: null, feedback: "f", reworkRounds: 2 });
    expect(next.beads.get("gt-2")).toMatchObject({ request: { reworkedHead: head("1") } });
    const odd = after({ ...back, bead: "gt-2" }, { beads: [aRequest("gt-2", "gt-1")] });
    expect(odd.beads.get("gt-2")).toMatchObject({ assignee: null });
  });
});
