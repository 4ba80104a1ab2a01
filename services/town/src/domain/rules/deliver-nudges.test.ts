import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import { anAgent, aNudge, aSnapshot, aWorker, now } from "../builders.ts";
import type { Nudge } from "../nudge.ts";
import { settle } from "../reconcile.ts";
import { stuckSource } from "../stuck.ts";
import { deliverNudges } from "./deliver-nudges.ts";

const worker = aWorker("gt-21", "gt-1");
const nudge = aNudge("n-1", "gt-21");

function look(nudges: readonly Nudge[], agent: Agent = worker, time = now) {
  return deliverNudges.look(aSnapshot({ nudges, agents: [agent] }), time);
}

function deliver(id: string) {
  return { do: "deliver-nudge", nudge: id, agent: "gt-21" };
}

describe("deliver-nudges", () => {
  it.each([
    ["works", worker],
    ["waits for its next turn", { ...worker, role: "mayor" as const, status: "waiting" as const }],
  ])("gives a nudge to an agent that runs and %s", (_reason, agent) => {
    expect(look([nudge], agent)).toEqual({ decisions: [deliver("n-1")], explanations: [], nextLook: null });
  });

  it.each([
    ["is idle", anAgent("gt-21", { process: { state: "running" } })],
    ["has not begun to run", { ...worker, process: { state: "starting" as const, askedAt: now } }],
    ["has ended", { ...worker, process: { state: "ended" as const, how: "exited" as const, reason: "done" } }],
    ["is stalled", { ...worker, status: "stalled" as const, hook: null }],
  ])("keeps a nudge for an agent that %s, until its time is over", (_reason, agent) => {
    expect(look([{ ...nudge, expiresAt: now + 5000 }], agent)).toEqual({
      decisions: [],
      explanations: [],
      nextLook: now + 5000,
    });
    expect(look([nudge], agent)).toMatchObject({ decisions: [], nextLook: null });
  });

  it("gives urgent ones first, then the oldest", () => {
    const old = aNudge("n-4", "gt-21", { createdAt: now - 90_000 });
    const urgent = aNudge("n-3", "gt-21", { priority: "urgent" });
    expect(look([nudge, old, urgent]).decisions).toEqual([deliver("n-3")]);
    expect(look([aNudge("n-12", "gt-21"), aNudge("n-3", "gt-21"), old]).decisions).toEqual([deliver("n-4")]);
    expect(look([aNudge("n-12", "gt-21"), aNudge("n-3", "gt-21")]).decisions).toEqual([deliver("n-3")]);
  });

  it("gives one at a time, and asks again while nothing is heard of it", () => {
    const asked = { ...nudge, askedAt: now - 20_000 };
    const next = aNudge("n-2", "gt-21", { priority: "urgent" });
    expect(look([asked, next])).toMatchObject({ decisions: [], nextLook: now + 40_000 });
    expect(look([asked, next], worker, now + 40_000).decisions).toEqual([deliver("n-1")]);
  });

  it("does not let what waits for the end of a turn hold up what does not", () => {
    const asked = { ...nudge, askedAt: now - 20_000 };
    expect(look([asked, aNudge("n-2", "gt-21", { mode: "immediate" })]).decisions).toEqual([deliver("n-2")]);
    expect(look([aNudge("n-2", "gt-21", { mode: "immediate", askedAt: now }), nudge]).decisions).toEqual([
      deliver("n-1"),
    ]);
    expect(look([asked, aNudge("n-2", "gt-21", { mode: "queue" })]).decisions).toEqual([]);
  });

  it("gives it at once to the next start when an earlier one was asked to say it", () => {
    const asked = { ...nudge, askedAt: now - 20_000 };
    expect(look([asked], { ...worker, dispatchedAt: now - 10_000 }).decisions).toEqual([deliver("n-1")]);
  });

  it.each([
    ["its time is over", { expiresAt: now }, "expired", "nobody could be given it in time"],
    [
      "it was asked for and its time is over",
      { expiresAt: now - 1, askedAt: now - 5000 },
      "expired",
      "nobody could be given it in time",
    ],
    ["there is no such agent", { agent: "gt-9" }, "failed", "there is no agent gt-9 any more"],
  ])("settles it when %s", (_reason, fields, state, reason) => {
    const { decisions, nextLook } = look([{ ...nudge, ...fields }]);
    expect(decisions).toEqual([{ do: "settle-nudge", nudge: "n-1", state, reason }]);
    expect(nextLook).toBeNull();
  });

  it.each([
    ["does not work any more", anAgent("gt-21")],
    ["has begun anew", { ...worker, dispatchedAt: now - 1000 }],
  ])("says nothing about doing nothing to an agent that %s", (_reason, agent) => {
    const warned = aNudge("n-1", "gt-21", { source: stuckSource, createdAt: now - 5000 });
    expect(look([warned], agent).decisions).toMatchObject([{ do: "settle-nudge", nudge: "n-1", state: "expired" }]);
    expect(look([warned]).decisions).toEqual([deliver("n-1")]);
  });

  it("leaves settled ones alone", () => {
    expect(look([{ ...nudge, state: "delivered", expiresAt: now - 1 }])).toMatchObject({ decisions: [] });
  });

  it("settles any number that expire at one moment", () => {
    const many = Array.from({ length: 60 }, (_, i) => aNudge(`n-${i + 1}`, "gt-21", { expiresAt: now }));
    const { settled, state } = settle(aSnapshot({ nudges: many, agents: [anAgent("gt-21")] }), now, [deliverNudges]);
    expect(settled).toBe(true);
    expect(new Set([...state.nudges.values()].map((n) => n.state))).toEqual(new Set(["expired"]));
  });
});
