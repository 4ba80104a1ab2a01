import { describe, expect, test } from "vitest";
import { containerBegun, startAsked } from "./acted.ts";
import { townForgotten } from "./forgotten.ts";
import { idleStopped } from "./places.ts";
import { plan } from "./plan.ts";
import { mayorGotReady } from "./remembered-mayor.ts";
import type { SeenStatus } from "./seen.ts";
import { startWished } from "./wished.ts";
import {
  aCause,
  aContainer,
  aJob,
  aMayorJob,
  anAgent,
  aStatus,
  at,
  aTown,
  aWish,
  limits,
  listed,
  now,
  seen,
} from "./test/builders.ts";

const container = aContainer();
const mayor = { job: aMayorJob("gt-7"), readyIn: null };
const ended = (over: Parameters<typeof anAgent>[1] = {}) =>
  anAgent("gt-7", { state: "exited", endCause: "crashed", ...over });

describe("a mayor is remembered", () => {
  const started = startWished(aTown({ container }), { job: mayor.job, cause: aCause() }, now);
  const state = "state" in started ? started.state : aTown();

  test("from its start on, by the newest one; of a worker nothing is", () => {
    expect(state.mayor).toEqual(mayor);
    const next = { ...aMayorJob("gt-7", 2), instructions: ["Be brief."] };
    const again = startWished(state, { job: next, cause: aCause() }, now);
    expect("state" in again && again.state.mayor).toEqual({ job: next, readyIn: null });
    const worker = startWished(state, { job: aJob("gt-1"), cause: aCause() }, now);
    expect("state" in worker && worker.state.mayor).toEqual(mayor);
  });

  test("when it is stopped since nobody uses it, and until its town is deleted", () => {
    expect(idleStopped(state, { reason: "mayor_idle_5m", now }).mayor).toEqual(mayor);
    expect(townForgotten(state, now).mayor).toBeNull();
  });

  test("by every container that begins: it gets the mayor ready whoever it was begun for", () => {
    const begun = containerBegun(
      aTown({ container: aContainer({ state: "stopped" }), mayor, wishes: [aWish()] }),
      2,
      now,
    );
    expect(begun?.mayor).toEqual({ ...mayor, readyIn: "river-2" });
  });
});

test("its start uses what was got ready", () => {
  const ready = { ...mayor, readyIn: "river-1" };
  const state = aTown({ container, mayor: ready, wishes: [aWish("gt-7", { job: mayor.job }), aWish()] });
  expect(startAsked(state, { agent: "gt-7", generation: 1 }, now)?.mayor).toEqual(mayor);
  expect(startAsked(state, { agent: "gt-1", generation: 1 }, now)?.mayor).toEqual(ready);
});

const planned = (
  parts: Parameters<typeof aTown>[0],
  { status = aStatus(), starts = true }: { status?: SeenStatus | null; starts?: boolean } = {},
) => {
  const { actions } = plan(aTown(parts), seen({ status }), { now: at.now, limits: { ...limits, starts } });
  return actions.filter(({ kind }) => kind === "prewarm-mayor");
};

describe("a running container is told to get it ready", () => {
  const told = [{ kind: "prewarm-mayor", container: "river-1" }];
  const rests = { container, mayor };
  const runs = { wishes: [aWish("gt-7", { job: mayor.job, askedAt: now })], agents: [anAgent("gt-7")] };

  test.each<[string, ReturnType<typeof planned>, object[]]>([
    ["when its model was changed while it does not run", planned({ ...rests, agents: [ended()] }), told],
    ["when the container knows of another one", planned({ ...rests, mayor: { ...mayor, readyIn: "river-0" } }), told],
    [
      "after it was stopped in another container",
      planned({ ...rests, agents: [ended({ endCause: "stopped", container: "river-0" })] }),
      told,
    ],
    ["not when it was got ready there", planned({ container, mayor: { ...mayor, readyIn: "river-1" } }), []],
    ["not while it runs", planned({ ...rests, ...runs }, { status: aStatus(listed("gt-7")) }), []],
    ["not while it is about to start", planned({ ...rests, wishes: runs.wishes }), []],
    ["not after it was stopped there", planned({ ...rests, agents: [ended({ endCause: "stopped" })] }), []],
    ["not when the town never had one", planned({ container }), []],
    ["not while the container does not answer", planned(rests, { status: null }), []],
    ["not while it drains", planned(rests, { status: { ...aStatus(), draining: true } }), []],
    ["not while the dispatcher starts nothing", planned(rests, { starts: false }), []],
    ["not in a container that is stopped", planned({ mayor, container: aContainer({ state: "stopped" }) }), []],
  ])("%s", (_, actions, expected) => {
    expect(actions).toEqual(expected);
  });

  test("once, for what is remembered now", () => {
    expect(planned({ container, mayor: mayorGotReady(aTown(rests), "river-1").mayor ?? mayor })).toEqual([]);
  });
});
