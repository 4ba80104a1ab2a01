import type { TriageAction } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Issue, Triage } from "../bead.ts";
import {
  aConvoy,
  aContext,
  anAgent,
  anEscalation,
  anIssue,
  aRequest,
  aSnapshot,
  aWorker,
  head,
  now,
} from "../builders.ts";
import { evolveAll } from "../evolve.ts";
import { aTriageRequest } from "../help-builders.ts";
import type { Context } from "../input.ts";
import type { TownState } from "../state.ts";
import { resolveTriage } from "./resolve-triage.ts";

const working = { status: "in_progress", assignee: "gt-21", attempts: 1, lastDispatchAt: now - 60_000 } as const;

interface Given {
  readonly about?: Partial<Issue>;
  readonly asks?: Partial<Triage>;
  readonly more?: Parameters<typeof aSnapshot>[0];
}

function aState({ about = working, asks = {}, more = {} }: Given = {}): TownState {
  const bead = anIssue("gt-1", { branch: "gt/anvil/gt-1", lastAgent: "gt-21", ...about });
  const at = bead.assignee === "gt-21" && bead.status === "in_progress";
  const agents = [at ? aWorker("gt-21", "gt-1") : anAgent("gt-21")];
  const { beads = [], ...others } = more;
  return aSnapshot({ agents, ...others, beads: [bead, aTriageRequest("gt-9", asks), ...beads] });
}

function resolve(state: TownState, action: TriageAction, notes = "go on", context: Partial<Context> = {}) {
  return resolveTriage.decide(state, { bead: "gt-9", action, notes }, aContext(context));
}

/** While this batch is answered by gt-22. */
function aBatch(fields: Partial<Issue>): TownState {
  const batch = { kind: "triage-batch", status: "in_progress", assignee: "gt-22", ...fields } as const;
  return aState({ more: { beads: [anIssue("gt-8", batch)] } });
}

function after(state: TownState, action: TriageAction, context: Partial<Context> = {}): TownState {
  const decided = resolve(state, action, "go on", context);
  if (decided.outcome !== "applied") throw new Error(decided.message);
  return evolveAll(state, decided.changes, now) ?? state;
}

describe("resolve-triage", () => {
  it("answers it: closed, with what was decided and told under all it is about", () => {
    const decided = resolve(aState(), "ESCALATE");
    expect(decided).toMatchObject({ outcome: "applied", result: { bead: "gt-9", action: "ESCALATE" } });
    expect(decided.outcome === "applied" ? decided.changes.slice(-2) : []).toEqual([
      { type: "triage.resolved", bead: "gt-9", action: "ESCALATE", notes: "go on", agent: "gt-21", about: "gt-1" },
      { type: "bead.status-changed", bead: "gt-9", from: "open", to: "closed", reason: "ESCALATE: go on" },
    ]);
    expect(after(aState(), "ESCALATE").beads.get("gt-9")).toMatchObject({
      status: "closed",
      triage: { resolution: { action: "ESCALATE", notes: "go on" } },
    });
  });

  it.each<[TriageAction, object]>([
    ["RESTART", { lastDispatchAt: null, lastAgent: "gt-21" }],
    ["RESTART_WITH_BACKOFF", { lastDispatchAt: now - 60_000, lastAgent: "gt-21" }],
    ["REASSIGN_BEAD", { lastDispatchAt: null, lastAgent: null }],
  ])("%s takes the bead back, and the run counts", (action, fields) => {
    const state = after(aState(), action);
    expect(state.beads.get("gt-1")).toMatchObject({ status: "open", assignee: null, attempts: 1, ...fields });
    expect(state.agents.get("gt-21")).toMatchObject({ status: "idle", hook: null });
  });

  it.each<TriageAction>(["RESTART", "RESTART_WITH_BACKOFF", "REASSIGN_BEAD"])(
    "%s fails a bead at its last attempt, and tells people when an agent decided it",
    (action) => {
      const state = after(aState({ about: { ...working, attempts: 5 } }), action);
      expect(state.beads.get("gt-1")).toMatchObject({ status: "failed", failure: { code: "too_many_attempts" } });
      expect(state.agents.get("gt-21")).toMatchObject({ status: "idle", hook: null });
      expect(state.beads.get("gt-rs")).toBeUndefined();
      const batch = anIssue("gt-8", { kind: "triage-batch", status: "in_progress", assignee: "gt-22" });
      const given = aState({ about: { ...working, attempts: 5 }, more: { beads: [batch] } });
      expect(after(given, action, { actor: "agent:gt-22" }).beads.get("gt-rs")).toMatchObject({
        type: "escalation",
        parent: "gt-1",
      });
    },
  );

  it.each<[string, Given]>([
    ["another agent has it by now", { about: { ...working, assignee: "gt-23" } }],
    ["it was handed in", { about: { status: "in_review", assignee: "gt-21" } }],
    ["it has ended", { about: { status: "closed", assignee: "gt-21" } }],
  ])("leaves the bead alone when %s", (_name, given) => {
    const state = aState(given);
    for (const action of ["RESTART", "REASSIGN_BEAD"] as const) {
      expect(after(state, action).beads.get("gt-1")).toEqual(state.beads.get("gt-1"));
    }
  });

  it("RESTART lifts the cool-down of a bead that nobody has, and the rest of an agent that was stalled", () => {
    const stalled = anAgent("gt-21", { status: "stalled", stalledAt: now - 1000 });
    const given: Given = { about: { attempts: 1, lastDispatchAt: now - 1000 }, more: { agents: [stalled] } };
    const restarted = after(aState(given), "RESTART");
    expect(restarted.beads.get("gt-1")).toMatchObject({ status: "open", lastDispatchAt: null });
    expect(restarted.agents.get("gt-21")).toMatchObject({ status: "idle", stalledAt: null });
    expect(after(aState(given), "RESTART_WITH_BACKOFF").agents.get("gt-21")?.status).toBe("stalled");
  });

  it("RESTART of a merge request gives it back unread, whatever its attempts", () => {
    const reading = aRequest("gt-2", "gt-1", {
      ...working,
      attempts: 9,
      re: { review: "requested", reviewHead: head("1") },
    });
    const given = { asks: { about: "gt-2" }, more: { beads: [reading], agents: [aWorker("gt-21", "gt-2")] } };
    expect(after(aState(given), "RESTART").beads.get("gt-2")).toMatchObject({
      status: "open",
      assignee: null,
      request: { review: "none" },
    });
    expect(after(aState(given), "CLOSE_BEAD").beads.get("gt-2")).toMatchObject({ status: "failed" });
  });

  it("CLOSE_BEAD fails the bead with its merge requests, and lets its agent go only if it is still on it", () => {
    const open = aRequest("gt-2", "gt-1");
    const state = after(aState({ more: { beads: [open] } }), "CLOSE_BEAD");
    expect(state.beads.get("gt-1")).toMatchObject({
      status: "failed",
      failure: { code: "triage_closed", message: "go on" },
    });
    expect(state.beads.get("gt-2")?.status).toBe("failed");
    expect(state.agents.get("gt-21")).toMatchObject({ status: "idle", hook: null });
    const elsewhere = aState({ more: { agents: [aWorker("gt-21", "gt-3")] } });
    expect(after(elsewhere, "CLOSE_BEAD").agents.get("gt-21")).toMatchObject({ status: "working", hook: "gt-3" });
  });

  it("NUDGE says the notes at once, or that somebody looked", () => {
    const nudge = { agent: "gt-21", mode: "immediate", priority: "urgent", source: "user:ann", state: "pending" };
    expect(resolve(aState(), "NUDGE")).toMatchObject({
      changes: [{ type: "nudge.queued", nudge: { nudge: "n-rs", ...nudge, message: "go on" } }, {}, {}],
    });
    expect(resolve(aState(), "NUDGE", "")).toMatchObject({
      changes: [{ nudge: { message: expect.stringContaining("asks you to go on") } }, {}, {}],
    });
  });

  it("PROVIDE_GUIDANCE mails the notes", () => {
    expect(resolve(aState(), "PROVIDE_GUIDANCE")).toMatchObject({
      changes: [
        { type: "bead.created", bead: { type: "message", assignee: "gt-21", body: "go on" } },
        { type: "mail.sent", to: "gt-21", subject: "About gt-1: an answer to gt-9" },
        { type: "triage.resolved" },
        {},
      ],
    });
  });

  it("ESCALATE asks people one step more urgently, in place of the escalation it answers", () => {
    const beads = [anEscalation("gt-5", { severity: "high" })];
    const state = after(aState({ asks: { type: "escalation", escalation: "gt-5" }, more: { beads } }), "ESCALATE");
    expect(state.beads.get("gt-rs")).toMatchObject({
      type: "escalation",
      severity: "critical",
      parent: "gt-1",
      body: "go on\n\nBody of gt-9",
    });
    expect(state.beads.get("gt-5")).toMatchObject({ status: "closed", acknowledgedAt: now });
  });

  it("takes the escalation it answers, once", () => {
    const asks = { type: "escalation", escalation: "gt-5" } as const;
    const taken = aState({ asks, more: { beads: [anEscalation("gt-5", { status: "closed" })] } });
    expect(after(taken, "NUDGE").beads.get("gt-5")).toMatchObject({ status: "closed", acknowledgedAt: null });
    const open = aState({ asks, more: { beads: [anEscalation("gt-5")] } });
    expect(after(open, "NUDGE").beads.get("gt-5")).toMatchObject({ status: "closed", acknowledgedAt: now });
  });
});

describe("resolve-triage, refused", () => {
  const convoy = aConvoy("gt-6", []);
  it.each<[string, TownState, TriageAction, string, object]>([
    [
      "answered already",
      after(aState(), "NUDGE"),
      "NUDGE",
      "again",
      { code: "wrong_state", message: "gt-9 is closed: the answer was NUDGE" },
    ],
    [
      "over already",
      aSnapshot({ beads: [aTriageRequest("gt-9", {}, { status: "closed" })] }),
      "NUDGE",
      "late",
      { code: "wrong_state", message: "gt-9 is closed: nothing was left to decide" },
    ],
    ["no request", aSnapshot({ beads: [anIssue("gt-9")] }), "NUDGE", "", { code: "wrong_state" }],
    ["unknown", aSnapshot(), "NUDGE", "", { outcome: "terminal", code: "bead_not_found" }],
    [
      "about no agent",
      aState({ asks: { agent: null } }),
      "NUDGE",
      "n",
      { code: "invalid", message: "action: it is about no agent" },
    ],
    [
      "about no agent, for guidance",
      aState({ asks: { agent: "gt-zz" } }),
      "PROVIDE_GUIDANCE",
      "n",
      { code: "invalid" },
    ],
    [
      "without guidance",
      aState(),
      "PROVIDE_GUIDANCE",
      "",
      { code: "invalid", message: expect.stringContaining("notes: ") },
    ],
    [
      "about no bead",
      aState({ asks: { about: null } }),
      "RESTART",
      "",
      { code: "invalid", message: expect.stringContaining("action: ") },
    ],
    [
      "about a convoy",
      aState({ asks: { about: "gt-6" }, more: { beads: [convoy] } }),
      "CLOSE_BEAD",
      "",
      { code: "invalid", message: "action: no agent works on gt-6, which is a convoy" },
    ],
  ])("when it is %s", (_name, state, action, notes, expected) => {
    expect(resolve(state, action, notes)).toMatchObject({ outcome: "refused", ...expected });
  });

  it("to agents but the one that was sent to triage", () => {
    const by = { actor: "agent:gt-22" };
    expect(resolve(aBatch({}), "NUDGE", "n", by)).toMatchObject({ outcome: "applied" });
    expect(resolve(aBatch({}), "NUDGE", "n", { actor: "agent:gt-21" })).toMatchObject({
      outcome: "refused",
      code: "invalid",
    });
    expect(resolve(aBatch({ status: "closed" }), "NUDGE", "n", by)).toMatchObject({ outcome: "refused" });
    expect(resolve(aBatch({ kind: "task" }), "NUDGE", "n", by)).toMatchObject({ outcome: "refused" });
  });

  it("sees the request with all it is about", () => {
    expect(resolveTriage.needs({ bead: "gt-9", action: "NUDGE", notes: "" })).toEqual({ triage: "gt-9", rigs: "all" });
  });
});
