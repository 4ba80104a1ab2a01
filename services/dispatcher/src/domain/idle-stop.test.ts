import { describe, expect, test } from "vitest";
import { decideIdleStop } from "./idle-stop.ts";
import { plan } from "./plan.ts";
import type { SeenStatus } from "./seen.ts";
import type { AgentState, ContainerState } from "./state.ts";
import {
  aContainer,
  aMayorJob,
  aStatus,
  anAgent,
  aNudge,
  at,
  aTown,
  aWish,
  limits,
  now,
  seen,
} from "./test/builders.ts";

const minute = 60_000;
const long = now - 6 * minute;
const used = aContainer({ startedAt: long });
const mayor = (over: Partial<AgentState> = {}): AgentState => anAgent("gt-7", { since: long, activeAt: long, ...over });
const mayorWish = aWish("gt-7", { job: aMayorJob("gt-7") });

function decided(parts: Parameters<typeof aTown>[0], { status = aStatus() }: { status?: SeenStatus | null } = {}) {
  return decideIdleStop({ state: aTown({ container: used, ...parts }), seen: seen({ status }), now, limits });
}
const withMayor = (over: Partial<AgentState>, container: ContainerState = used) =>
  decided({ container, wishes: [mayorWish], agents: [mayor(over)] });

describe("the rows of kilo-town §6", () => {
  test("1: what is wished or runs is work", () => {
    const work = { verdict: "keep", because: "work", again: null };
    expect(decided({ wishes: [aWish()] })).toEqual(work);
    expect(decided({ agents: [anAgent("gt-1", { since: long })] })).toEqual(work);
    expect(decided({ wishes: [mayorWish, aWish()], agents: [mayor()] })).toEqual(work);
    const spokenTo = { wishes: [mayorWish], agents: [mayor()], nudges: [aNudge("n-1", { agent: "gt-7" })] };
    expect(decided(spokenTo)).toEqual(work);
  });

  test("2: what drains is let drain", () => {
    const draining = { verdict: "keep", because: "draining", again: null };
    expect(decided({ container: { ...used, state: "stopping" } })).toEqual(draining);
    expect(decided({}, { status: { ...aStatus(), draining: true } })).toEqual(draining);
  });

  test("3: a mayor in a turn is at work, and so is one that starts", () => {
    const busy = { verdict: "keep", because: "mayor_busy", again: null };
    expect(withMayor({ busy: true, activeAt: long, since: long })).toEqual(busy);
    expect(withMayor({ busy: true })).toEqual(busy);
    expect(withMayor({ state: "starting" })).toEqual(busy);
  });

  test("4: five minutes from the end of a mayor's last turn; signs of life do not count", () => {
    const recent = now - 4 * minute;
    expect(withMayor({ activeAt: recent })).toEqual({
      verdict: "keep",
      because: "recently_used",
      again: recent + 5 * minute,
    });
    const told = aNudge("n-1", { agent: "gt-7", givenAt: recent });
    expect(decided({ wishes: [mayorWish], agents: [mayor()], nudges: [told] })).toMatchObject({
      because: "recently_used",
      again: recent + 5 * minute,
    });
    const toAnother = aNudge("n-1", { agent: "gt-8", givenAt: recent });
    expect(decided({ wishes: [mayorWish], agents: [mayor()], nudges: [toAnother] })).toMatchObject({ verdict: "stop" });
    expect(withMayor({ activeAt: long, aliveAt: now })).toEqual({ verdict: "stop", reason: "mayor_idle_6m" });
    expect(withMayor({ activeAt: null, since: now - 8 * minute }, aContainer({ startedAt: 0 }))).toEqual({
      verdict: "stop",
      reason: "mayor_idle_8m",
    });
  });

  test("4, without a mayor: five minutes from the last end of an agent, or the start", () => {
    const agents = [anAgent("gt-1", { state: "exited", since: now - minute })];
    expect(decided({ agents })).toEqual({ verdict: "keep", because: "recently_used", again: now + 4 * minute });
    expect(decided({ container: aContainer({ startedAt: now }) })).toMatchObject({ again: now + 5 * minute });
  });

  test("6: two minutes lie between two idle stops", () => {
    const throttled = { ...used, idleStoppedAt: now - minute };
    expect(decided({ container: throttled })).toEqual({ verdict: "keep", because: "throttled", again: now + minute });
  });

  test("7: what does not answer is no idle container", () => {
    expect(decided({}, { status: null })).toEqual({ verdict: "keep", because: "silent", again: null });
  });

  test("8: what does not run is not stopped", () => {
    for (const state of ["starting", "stopped"] as const)
      expect(decided({ container: { ...used, state } })).toMatchObject({ because: "not_running" });
  });

  test("9: everything else is stopped", () => {
    expect(decided({})).toEqual({ verdict: "stop", reason: "no_active_work" });
    const agents = [
      anAgent("gt-1", { state: "exited", since: long }),
      anAgent("gt-2", { state: "failed", since: long }),
    ];
    expect(decided({ agents })).toEqual({ verdict: "stop", reason: "no_active_work" });
  });
});

test("a town at rest is looked at when it could be stopped, and not before", () => {
  const idle = aTown({ container: aContainer({ startedAt: now - minute }) });
  expect(plan(idle, seen(), at)).toEqual({ actions: [], nextLookAt: now + 4 * minute });
  expect(plan(idle, seen(), { now: now + 4 * minute, limits })).toEqual({
    actions: [{ kind: "stop-idle-container", reason: "no_active_work" }],
    nextLookAt: null,
  });
  expect(plan(aTown({ container: { ...used, state: "stopped" } }), seen({ containers: [] }), at)).toEqual({
    actions: [],
    nextLookAt: null,
  });
});
