import type { MayorSeen } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Agent, Process } from "./agent.ts";
import { decideMayor, type MayorFacts, type MayorPlan } from "./decide-mayor.ts";

const running: Process = { state: "running" };
const starting: Process = { state: "starting", askedAt: 1 };
const ended: Process = { state: "ended", how: "exited", reason: "stopped" };
const mayor = (status: Agent["status"], process: Process = running) => ({ generation: 3, status, process });
const warm: MayorSeen = { generation: 3, alive: true, session: true, busy: false };
const tornDown: MayorSeen = { ...warm, session: false };
const gone: MayorSeen = { ...tornDown, alive: false };
const older: MayorSeen = { ...warm, generation: 2 };

type Facts = Omit<MayorFacts, "held">;
type Row = readonly [what: string, facts: Facts, plan: MayorPlan];
const plan = (status: MayorPlan["status"], decisions: MayorPlan["decisions"], more = {}): MayorPlan => ({
  status,
  decisions,
  start: false,
  over: false,
  ...more,
});
const again = { start: true, over: true };

/** Kilo-town §7.1, step by step, and what is between the steps when facts are on their way. */
const rows: readonly Row[] = [
  ["1, 6: no mayor yet", { mayor: undefined, seen: null }, plan("starting", ["fresh_dispatch"], { start: true })],
  ["3a: warm and working", { mayor: mayor("working"), seen: warm }, plan("active", ["short_circuit_warm"])],
  ["3a: warm and waiting", { mayor: mayor("waiting"), seen: warm }, plan("active", ["short_circuit_warm"])],
  ["3a: warm and stalled", { mayor: mayor("stalled"), seen: warm }, plan("active", ["short_circuit_warm"])],
  [
    "3a: it runs, which the town has not heard yet",
    { mayor: mayor("working", starting), seen: warm },
    plan("active", ["short_circuit_warm"]),
  ],
  ["3b: warm and idle: it is being ended", { mayor: mayor("idle"), seen: warm }, plan("idle", ["short_circuit_idle"])],
  [
    "4, 6: its server is torn down",
    { mayor: mayor("waiting"), seen: tornDown },
    plan("starting", ["sdk_dead_redispatch", "fresh_dispatch"], again),
  ],
  [
    "4, 6: a remainder of a start that is over",
    { mayor: mayor("idle", ended), seen: tornDown },
    plan("starting", ["sdk_dead_redispatch", "fresh_dispatch"], { start: true }),
  ],
  ["a start is under way", { mayor: mayor("working", starting), seen: tornDown }, plan("starting", [])],
  ["a start waits for its container", { mayor: mayor("working", starting), seen: gone }, plan("starting", [])],
  ["a start nobody knows of yet", { mayor: mayor("working", starting), seen: older }, plan("starting", [])],
  [
    "6: it does not run",
    { mayor: mayor("idle", ended), seen: gone },
    plan("starting", ["fresh_dispatch"], { start: true }),
  ],
  [
    "6: it never ran",
    { mayor: { ...mayor("idle", { state: "none" }), generation: 0 }, seen: null },
    plan("starting", ["fresh_dispatch"], { start: true }),
  ],
  [
    "6: its end is on its way to the town",
    { mayor: mayor("waiting"), seen: gone },
    plan("starting", ["fresh_dispatch"], again),
  ],
  [
    "the dispatcher does not know: it runs",
    { mayor: mayor("waiting"), seen: null },
    plan("active", ["short_circuit_warm"]),
  ],
  [
    "the dispatcher speaks of an older start",
    { mayor: mayor("waiting"), seen: older },
    plan("active", ["short_circuit_warm"]),
  ],
];

describe("decide-mayor", () => {
  it.each(rows)("%s", (_what, facts, expected) => {
    expect(decideMayor({ ...facts, held: false })).toEqual(expected);
  });

  it.each(rows)("5: in a town that may not run it nothing is started: %s", (_what, facts) => {
    const tornDownNow = facts.seen === tornDown && facts.mayor?.process.state !== "starting";
    const expected = plan("idle", tornDownNow ? ["sdk_dead_redispatch"] : []);
    expect(decideMayor({ ...facts, held: true })).toEqual(expected);
  });
});
