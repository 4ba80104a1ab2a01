import { describe, expect, it } from "vitest";
import {
  aContext,
  aConvoy,
  aFixup,
  anAdoption,
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
} from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { agentDone } from "./agent-done.ts";

const working = anIssue("gt-1", { status: "in_progress", assignee: "gt-21", branch: "gt/anvil/gt-1", attempts: 2 });
const polecat = aWorker("gt-21", "gt-1");
const refinery = aWorker("gt-22", "gt-2", { role: "refinery", name: "refinery" });
const reading = aRequest("gt-2", "gt-1", {
  status: "in_progress",
  assignee: "gt-22",
  re: { review: "requested", reviewHead: head("1") },
});

const byPolecat = {
  agent: "gt-21",
  generation: 1,
  bead: "gt-1",
  outcome: "completed" as const,
  head: head("1"),
  summary: "done",
};
const byRefinery = { agent: "gt-22", generation: 1, bead: "gt-2", outcome: "approved" as const, summary: "fine" };

describe("agent-done, of a polecat", () => {
  const state = aSnapshot({ rigs: [aRig({ defaultBranch: "trunk" })], beads: [working], agents: [polecat] });

  it("makes the merge request and puts the bead in review; the polecat is idle", () => {
    const decided = agentDone.decide(state, byPolecat, aContext({ actor: "agent:gt-21" }));
    expect(decided).toMatchObject({
      outcome: "applied",
      changes: [
        {
          type: "bead.created",
          bead: {
            bead: "gt-rs",
            type: "merge_request",
            parent: "gt-1",
            title: "Review: Title of gt-1",
            request: { source: "gt-1", branch: "gt/anvil/gt-1", target: "trunk" },
          },
        },
        { type: "work.handed-in", bead: "gt-1", request: "gt-rs", head: head("1"), summary: "done" },
        { type: "bead.status-changed", bead: "gt-1", from: "in_progress", to: "in_review" },
        { type: "agent.unhooked", agent: "gt-21", bead: "gt-1" },
        { type: "agent.status-changed", agent: "gt-21", from: "working", to: "idle" },
      ],
      result: { bead: "gt-1", mergeRequest: "gt-rs" },
    });
    expect(agentDone.needs(byPolecat)).toEqual({ agents: ["gt-21"], around: ["gt-1"] });
  });

  it("aims at main in a rig that was never loaded, and takes the branch it names when the bead has none", () => {
    const bare = aSnapshot({
      rigs: [aRig({ defaultBranch: null })],
      beads: [{ ...working, branch: null }],
      agents: [polecat],
    });
    expect(agentDone.decide(bare, { ...byPolecat, branch: "mine" }, aContext())).toMatchObject({
      changes: [{ bead: { request: { branch: "mine", target: "main" } } }, {}, {}, {}, {}],
    });
    const none = aSnapshot({ rigs: [], beads: [{ ...working, rig: null }], agents: [polecat] });
    expect(agentDone.decide(none, byPolecat, aContext())).toMatchObject({
      changes: [{ bead: { bead: "hq-rs", request: { target: "main" } } }, {}, {}, {}, {}],
    });
  });

  it("hands rework in on the merge request it has", () => {
    const old = aRequest("gt-2", "gt-1", { re: { reworkedHead: head("1"), review: "changes_requested" } });
    const again = aSnapshot({ beads: [working, old], agents: [polecat] });
    const decided = agentDone.decide(again, { ...byPolecat, branch: "gt/anvil/gt-1", head: head("2") }, aContext());
    expect(decided).toMatchObject({
      changes: [{ type: "work.handed-in", request: "gt-2", head: head("2") }, {}, {}, {}],
      result: { mergeRequest: "gt-2" },
    });
  });

  it("takes work whose head nobody said: the forge will", () => {
    const { head: _, ...without } = byPolecat;
    expect(agentDone.decide(state, without, aContext())).toMatchObject({
      changes: [{}, { type: "work.handed-in", head: null }, {}, {}, {}],
    });
  });

  it("refuses the very commit that came back, and work on another branch", () => {
    const old = aRequest("gt-2", "gt-1", { re: { reworkedHead: head("1") } });
    const again = aSnapshot({ beads: [working, old], agents: [polecat] });
    expect(agentDone.decide(again, byPolecat, aContext())).toMatchObject({
      outcome: "refused",
      code: "wrong_state",
      message: expect.stringContaining("nothing new"),
    });
    expect(agentDone.decide(state, { ...byPolecat, branch: "other" }, aContext())).toMatchObject({
      outcome: "refused",
      code: "invalid",
      message: expect.stringContaining("gt/anvil/gt-1"),
    });
  });

  it.each([
    ["with its reason", "no such API", "no such API"],
    ["without one", "", "Anvil gave up without saying why"],
  ])("fails a bead its polecat gives up, %s, and people are told", (_reason, summary, message) => {
    const decided = agentDone.decide(
      state,
      { ...byPolecat, outcome: "failed", summary },
      aContext({ actor: "agent:gt-21" }),
    );
    expect(decided).toMatchObject({
      outcome: "applied",
      changes: [
        { type: "bead.status-changed", bead: "gt-1", to: "failed", failure: { code: "agent_failed", message } },
        { type: "agent.unhooked" },
        { type: "agent.status-changed", to: "idle" },
        { type: "bead.created", bead: { type: "escalation", parent: "gt-1", createdBy: "agent:gt-21" } },
        { type: "escalation.raised", severity: "high" },
      ],
    });
  });

  it.each([
    ["of an older start", { generation: 2 }, "not_hooked"],
    ["with a refinery's outcome", { outcome: "approved" as const }, "invalid"],
  ])("refuses one %s", (_reason, fields, code) => {
    expect(agentDone.decide(state, { ...byPolecat, ...fields }, aContext())).toMatchObject({
      outcome: "refused",
      code,
    });
  });

  it.each([
    ["an agent with another bead", [working], aWorker("gt-21", "gt-9")],
    ["an agent with none: its work was taken from it", [working], anAgent("gt-21", { generation: 1 })],
    ["an agent that was not sent yet", [working], aWorker("gt-21", "gt-1", { status: "idle" })],
    ["a bead nobody works on", [{ ...working, status: "open" as const }], polecat],
  ])("changes nothing for %s", (_reason, beads, agent) => {
    expect(agentDone.decide(aSnapshot({ beads, agents: [agent] }), byPolecat, aContext())).toMatchObject({
      outcome: "refused",
      code: "not_hooked",
    });
  });

  it("refuses an agent that speaks for another, and does not know what does not exist", () => {
    expect(agentDone.decide(state, byPolecat, aContext({ actor: "agent:gt-22" }))).toMatchObject({
      outcome: "refused",
      code: "invalid",
    });
    expect(agentDone.decide(state, { ...byPolecat, agent: "gt-zz" }, aContext())).toMatchObject({
      outcome: "terminal",
      code: "agent_not_found",
    });
    expect(agentDone.decide(state, { ...byPolecat, bead: "gt-zz" }, aContext())).toMatchObject({
      outcome: "terminal",
      code: "bead_not_found",
    });
  });
});

describe("agent-done, of a refinery", () => {
  const state = aSnapshot({ beads: [{ ...working, status: "in_review" }, reading], agents: [refinery] });

  it.each(["approved", "changes_requested"] as const)(
    "records %s on the head that was read; the refinery is idle",
    (outcome) => {
      expect(agentDone.decide(state, { ...byRefinery, outcome }, aContext())).toMatchObject({
        outcome: "applied",
        changes: [
          { type: "review.completed", bead: "gt-2", source: "gt-1", agent: "gt-22", verdict: outcome, summary: "fine" },
          { type: "bead.status-changed", bead: "gt-2", from: "in_progress", to: "open" },
          { type: "agent.unhooked", agent: "gt-22" },
          { type: "agent.status-changed", agent: "gt-22", to: "idle" },
        ],
      });
    },
  );

  it("does not count a verdict on a head that is not the head any more", () => {
    expect(agentDone.decide(state, { ...byRefinery, head: head("5") }, aContext())).toMatchObject({
      changes: [
        { type: "review.withdrawn", reason: `${head("5")} was read, but the head is ${head("1")} now` },
        {},
        {},
        {},
      ],
    });
    const moved = aSnapshot({
      beads: [working, { ...reading, request: { ...reading.request, pull: aPull({ head: head("6") }) } }],
      agents: [refinery],
    });
    expect(agentDone.decide(moved, byRefinery, aContext())).toMatchObject({
      changes: [{ type: "review.withdrawn" }, {}, {}, {}],
    });
    const noPull = aSnapshot({
      beads: [working, { ...reading, request: { ...reading.request, pull: null } }],
      agents: [refinery],
    });
    expect(agentDone.decide(noPull, byRefinery, aContext())).toMatchObject({
      changes: [{ type: "review.completed" }, {}, {}, {}],
    });
  });

  it.each([
    ["", "the refinery could not read it"],
    ["too large", "the refinery could not read it: too large"],
  ])("leaves a merge request unread that it cannot read (%s)", (summary, reason) => {
    expect(agentDone.decide(state, { ...byRefinery, outcome: "failed", summary }, aContext())).toMatchObject({
      changes: [{ type: "review.withdrawn", bead: "gt-2", reason }, { to: "open" }, {}, {}],
    });
  });

  it("refuses a polecat's outcome", () => {
    expect(agentDone.decide(state, { ...byRefinery, outcome: "completed" }, aContext())).toMatchObject({
      outcome: "refused",
      code: "invalid",
      message: expect.stringContaining("approved, changes_requested or failed"),
    });
  });

  it("refuses an outcome on a bead that is no work", () => {
    const odd = aSnapshot({ beads: [anEscalation("gt-2", { status: "in_progress" })], agents: [refinery] });
    expect(agentDone.decide(odd, byRefinery, aContext())).toMatchObject({ outcome: "refused", code: "invalid" });
  });
});

describe("agent-done, of a repair", () => {
  const request = anAdoption("gt-2", {
    attempts: 3,
    re: { reworkedHead: head("1"), fixups: 1, pull: aPull({ number: 9, state: "conflicts" }) },
  });
  const repair = { ...aFixup("gt-1", request), status: "in_progress", assignee: "gt-21" } as const;
  const state = aSnapshot({ beads: [request, repair], agents: [polecat] });
  const finish = (fields = {}, of = state) =>
    agentDone.decide(of, { ...byPolecat, head: head("2"), ...fields }, aContext({ actor: "agent:gt-21" }));

  it("closes it without a new merge request; its merge request waits for the forge to tell of the new head", () => {
    const decided = finish();
    expect(decided).toEqual({
      outcome: "applied",
      changes: [
        { type: "bead.status-changed", bead: "gt-1", from: "in_progress", to: "closed", reason: "Anvil repaired it" },
        { type: "fixup.completed", bead: "gt-2", fixup: "gt-1", head: head("2"), summary: "done" },
        { type: "agent.unhooked", agent: "gt-21", bead: "gt-1" },
        expect.objectContaining({ type: "agent.status-changed", to: "idle" }),
      ],
      result: { bead: "gt-1", mergeRequest: "gt-2" },
    });
    const after = evolveAll(state, decided.outcome === "applied" ? decided.changes : [], now);
    expect(after?.beads.get("gt-2")).toMatchObject({
      attempts: 0,
      request: { head: head("2"), awaitsReport: true, openAskedAt: null, review: "none", summary: "what was done" },
    });
  });

  it("does not wait when the forge has told of that head already", () => {
    const told = { ...request, request: { ...request.request, pull: aPull({ number: 9, head: head("2") }) } };
    const before = aSnapshot({ beads: [told, repair], agents: [polecat] });
    const decided = finish({}, before);
    const after = evolveAll(before, decided.outcome === "applied" ? decided.changes : [], now);
    expect(after?.beads.get("gt-2")).toMatchObject({ request: { awaitsReport: false } });
  });

  it.each([
    ["the head that came back (W21)", { head: head("1") }, "wrong_state", "nothing new was pushed"],
    ["no head", { head: undefined }, "invalid", "head: say which commit was pushed"],
    ["another branch", { branch: "gt/anvil/gt-1" }, "invalid", "branch: gt-1 repairs their/work"],
    ["a verdict", { outcome: "approved" }, "invalid", "outcome: work on a issue ends as completed or failed"],
  ])("refuses %s", (_what, fields, code, message) => {
    expect(finish(fields)).toMatchObject({ outcome: "refused", code, message: expect.stringContaining(message) });
  });

  it("is over without more when its merge request is", () => {
    const ended = aSnapshot({ beads: [{ ...request, status: "closed" }, repair], agents: [polecat] });
    expect(finish({}, ended)).toMatchObject({
      changes: [{ bead: "gt-1", to: "closed" }, { type: "agent.unhooked" }, {}],
    });
  });

  it("has failed when the polecat gives up, and people are told", () => {
    expect(finish({ outcome: "failed", summary: "too hard" })).toMatchObject({
      changes: [
        { bead: "gt-1", to: "failed" },
        { type: "agent.unhooked" },
        {},
        { type: "bead.created", bead: { type: "escalation" } },
        {},
      ],
    });
  });
});

describe("agent-done, of a convoy's bead", () => {
  it.each([
    ["is gathered on the convoy's branch", "convoy/title/hq-9/head", "convoy/title/hq-9/head"],
    ["goes to the default branch when beads are merged one by one", null, "main"],
  ])("%s (kilo-town §1.6)", (_where, branch, target) => {
    const convoy = aConvoy("hq-9", ["gt-1"], { branch });
    const state = aSnapshot({ beads: [{ ...working, convoy: "hq-9" }, convoy], agents: [polecat] });
    expect(agentDone.decide(state, byPolecat, aContext())).toMatchObject({
      changes: [{ type: "bead.created", bead: { request: { source: "gt-1", target } } }, {}, {}, {}, {}],
    });
  });
});
