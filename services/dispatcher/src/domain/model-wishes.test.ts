import { describe, expect, test } from "vitest";
import { giveUpModels, modelAsked, modelTaken, modelTold, modelWished } from "./model-wishes.ts";
import { plan } from "./plan.ts";
import { startWished } from "./wished.ts";
import type { TownState } from "./state.ts";
import {
  aCause,
  aContainer,
  aJob,
  aMayorJob,
  aModelWish,
  anAgent,
  at,
  aTown,
  aWish,
  limits,
  listed,
  aStatus,
  now,
  seen,
} from "./test/builders.ts";

const container = aContainer();
const running = { container, wishes: [aWish("gt-1", { askedAt: now - 1 })], agents: [anAgent()] };
const asked = { agent: "gt-1", generation: 1, model: "m2", cause: aCause("c4") };
const withJob = (model: string | null) =>
  aWish("gt-1", { askedAt: running.wishes[0]?.askedAt ?? null, job: { ...aJob(), model } });
const wished = (state: TownState, over: Partial<typeof asked> = {}) => modelWished(state, { ...asked, ...over }, now);
const mayorEnded = anAgent("gt-7", { state: "exited", reason: "mayor_idle_6m", endCause: "stopped" });
const remembered = { job: aMayorJob("gt-7"), readyIn: "river-1" };

describe("a model that is wished", () => {
  test.each<[string, TownState]>([
    ["runs", aTown(running)],
    ["may have begun", aTown({ ...running, agents: [anAgent("gt-1", { state: "starting" })] })],
  ])("of a start that %s is asked of its host, and in the job if that is asked for again", (_, state) => {
    const models = new Map([["gt-1", aModelWish()]]);
    expect(wished(state)).toEqual({ state: { ...state, models, wishes: new Map([["gt-1", withJob("m2")]]) } });
  });

  test.each<[string, Partial<Parameters<typeof aTown>[0]>]>([
    ["no container was asked for", {}],
    ["its container refused", { agents: [anAgent("gt-1", { state: "waiting", container: null })] }],
  ])("of a start that %s is in its job, and nobody is asked", (_, parts) => {
    const state = aTown({ container, wishes: [aWish()], ...parts });
    const after = { ...state, wishes: new Map([["gt-1", aWish("gt-1", { job: { ...aJob(), model: "m2" } })]]) };
    expect(wished(state)).toEqual({ state: after });
  });

  test("again while it is asked for changes nothing; another one takes its place, and is asked for at once", () => {
    const before = aTown({
      ...running,
      wishes: [withJob("m2")],
      models: [aModelWish("gt-1", { asks: 3, taken: true })],
    });
    expect(wished(before)).toEqual({ state: before });
    const after = wished(before, { model: "m3" });
    expect("state" in after && after.state.models.get("gt-1")).toEqual(aModelWish("gt-1", { model: "m3" }));
  });

  test.each<[string, TownState, object]>([
    ["an agent nobody knows", aTown({ container }), { terminal: "agent_not_found" }],
    [
      "an older start",
      aTown({ ...running, wishes: [aWish("gt-1", { generation: 2 })] }),
      { refused: "stale", message: "a newer start took its place" },
    ],
    [
      "a start that has ended",
      aTown({ agents: [anAgent("gt-1", { state: "exited", reason: "done" })] }),
      { refused: "stale", message: "it does not run any more (done)" },
    ],
  ])("of %s cannot be had", (_, state, decided) => {
    expect(wished(state)).toMatchObject(decided);
  });

  test.each<[string, NonNullable<Parameters<typeof aTown>[0]>]>([
    ["does not run", { agents: [mayorEnded] }],
    ["runs", { wishes: [aWish("gt-7", { job: aMayorJob("gt-7") })], agents: [anAgent("gt-7")] }],
  ])(
    "of the mayor is remembered for its next start, when it %s, and what was got ready is not as it should be",
    (_, parts) => {
      const after = wished(aTown({ container, mayor: remembered, ...parts }), { agent: "gt-7" });
      expect("state" in after && after.state.mayor).toEqual({ job: { ...remembered.job, model: "m2" }, readyIn: null });
      expect("state" in after && after.state.models.has("gt-7")).toBe("wishes" in parts);
    },
  );

  test("is forgotten with the next start, which has its own", () => {
    const before = aTown({ ...running, models: [aModelWish()] });
    const after = startWished(before, { job: aJob("gt-1", 2), cause: aCause() }, now);
    expect("state" in after && giveUpModels(after.state).state.models.size).toBe(0);
  });
});

describe("what is planned for it", () => {
  const seesIt = seen({ status: aStatus(listed()) });
  const planned = (over: Parameters<typeof aModelWish>[1], world = seesIt) =>
    plan(aTown({ ...running, models: [aModelWish("gt-1", over)] }), world, at).actions;
  const change = { kind: "change-model", agent: "gt-1", generation: 1 };

  test.each([
    ["is wished", {}, [change]],
    ["was refused a while ago", { askedAt: now - (limits.backoffMs[0] ?? 0), asks: 1 }, [change]],
    ["was refused just now", { askedAt: now, asks: 1 }, []],
    ["is seen to by the host", { askedAt: now - 60_000, asks: 1, taken: true }, []],
    ["is of another start", { generation: 2 }, []],
  ])("when it %s", (_, over, actions) => {
    expect(planned(over)).toEqual(actions);
  });

  test("nothing while the container does not answer", () => {
    expect(planned({}, seen({ status: null }))).toEqual([]);
  });
});

describe("what becomes of it", () => {
  const state = aTown({ ...running, models: [aModelWish()] });
  const open = modelAsked(state, "gt-1", { name: "m2", now: now + 1 }) ?? state;
  const wish = open.models.get("gt-1") ?? aModelWish();

  test("each ask is counted, and ends when the host sees to it", () => {
    expect(wish).toEqual(aModelWish("gt-1", { name: "m2", askedAt: now + 1, asks: 1 }));
    const taken = modelTaken(open, wish);
    expect(taken?.models.get("gt-1")).toEqual({ ...wish, taken: true });
    expect(modelAsked(taken ?? open, "gt-1", { name: "m2", now })).toBeNull();
    expect(modelTaken(aTown(running), wish)).toBeNull();
  });

  test("an answer for what is not wished any more changes nothing", () => {
    const newer = wished(open, { model: "m3" });
    expect("state" in newer && modelTaken(newer.state, wish)).toBeNull();
  });

  test.each<[string, object, string | null, number]>([
    ["it", { wished: "m2" }, "m2", 0],
    ["another one", { wished: "m9" }, "m9", 1],
    ["one of an older start", { wished: "m2", generation: 0 }, "m2", 1],
  ])("when its host is through with %s", (_, over, told, left) => {
    const after = modelTold(open, { agent: "gt-1", generation: 1, wished: "m2", ...over });
    expect([after.wished, after.state.models.size]).toEqual([told, left]);
  });

  test("the installation's model is told as it was wished, not by its name", () => {
    const own = aTown({ ...running, models: [aModelWish("gt-1", { model: null, name: "m1" })] });
    expect(modelTold(own, { agent: "gt-1", generation: 1, wished: "m1" }).wished).toBeNull();
  });

  test("when the start has ended it has failed, once", () => {
    const over = aTown({ agents: [anAgent("gt-1", { state: "exited", reason: "crashed" })], models: [aModelWish()] });
    const { state: after, failed } = giveUpModels(over);
    expect(failed).toEqual([{ wish: aModelWish(), reason: "it does not run any more (crashed)" }]);
    expect(giveUpModels(after).failed).toEqual([]);
    expect(giveUpModels(state).failed).toEqual([]);
  });
});
