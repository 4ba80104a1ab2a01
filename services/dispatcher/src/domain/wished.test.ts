import { describe, expect, test } from "vitest";
import type { AgentState } from "./state.ts";
import { aCause, aContainer, aJob, anAgent, aStop, aTown, aWish, now } from "./test/builders.ts";
import { startWished, stopWished, type Decided } from "./wished.ts";

const wish = { job: aJob(), cause: aCause("c7") };
const next = { job: aJob("gt-1", 2), cause: aCause("c8") };
const unwished = (generation = 1) => ({ agent: "gt-1", generation, reason: "bead closed", cause: aCause("c9") });
const running = aContainer();

function stateOf(decided: Decided) {
  if (!("state" in decided)) throw new Error(decided.message);
  return decided.state;
}

/** The stop of an agent of which a newer start is wished. */
function stopOf(agent: AgentState) {
  return stateOf(startWished(aTown({ agents: [agent] }), next, now)).agents.get("gt-1")?.stop;
}

describe("a wished start", () => {
  test("is kept with its job and the command behind it", () => {
    const state = stateOf(startWished(aTown(), wish, now));
    expect(state.wishes.get("gt-1")).toEqual(aWish("gt-1", { cause: aCause("c7") }));
    expect(state.agents.size).toBe(0);
  });

  test("twice is one wish: what is known of the first asks is kept", () => {
    const state = aTown({ wishes: [aWish("gt-1", { askedAt: now - 5, refusals: 3 })] });
    expect(stateOf(startWished(state, wish, now))).toBe(state);
  });

  test("of a newer generation takes the place of the older wish", () => {
    const state = stateOf(startWished(aTown({ wishes: [aWish()] }), next, now));
    expect([...state.wishes.values()]).toEqual([aWish("gt-1", { generation: 2, cause: aCause("c8") })]);
  });

  test("of a newer generation has an older one that may run stopped, which goes on as it was asked for", () => {
    expect(stopOf(anAgent())).toEqual(aStop({ reason: "not wished any more" }));
    const stop = aStop({ wishedAt: now - 9, askedAt: now - 5, asks: 2 });
    expect(stopOf(anAgent("gt-1", { stop }))).toBe(stop);
    expect(stopOf(anAgent("gt-1", { state: "exited" }))).toBeNull();
  });

  test.each([
    ["is older than a wish", aTown({ wishes: [aWish("gt-1", { generation: 2 })] })],
    ["is older than a start that is known", aTown({ agents: [anAgent("gt-1", { generation: 2 })] })],
    ["is being stopped", aTown({ agents: [anAgent("gt-1", { stop: aStop() })] })],
  ])("is refused as stale when it %s", (_, state) => {
    expect(startWished(state, wish, now)).toMatchObject({ refused: "stale" });
    expect(startWished(state, wish, now)).not.toHaveProperty("again");
  });

  test("that has ended is refused, and its end told again: who asks has not heard of it", () => {
    const state = aTown({ agents: [anAgent("gt-1", { state: "exited", reason: "crashed" })] });
    expect(startWished(state, wish, now)).toEqual({
      refused: "stale",
      message: "start 1 of gt-1 has ended (crashed); ask for the next generation",
      again: "gt-1",
    });
  });
});

describe("a wished stop", () => {
  test("of a running agent takes the wish away and leaves the stopping to the plan", () => {
    const state = stateOf(
      stopWished(aTown({ container: running, wishes: [aWish()], agents: [anAgent()] }), unwished(), now),
    );
    expect(state.wishes.size).toBe(0);
    expect(state.agents.get("gt-1")).toEqual(anAgent("gt-1", { stop: aStop() }));
  });

  test("twice does not begin to ask anew", () => {
    const stop = aStop({ wishedAt: now - 9, askedAt: now - 5, asks: 2 });
    const state = stateOf(stopWished(aTown({ agents: [anAgent("gt-1", { stop })] }), unwished(), now));
    expect(state.agents.get("gt-1")?.stop).toEqual(stop);
  });

  test("of a wish that nobody was asked for ends it at once, as a consequence of the start that was wished", () => {
    const state = stateOf(stopWished(aTown({ wishes: [aWish()] }), unwished(), now));
    expect(state.wishes.size).toBe(0);
    expect(state.agents.get("gt-1")).toMatchObject({
      state: "exited",
      reason: "stopped",
      cause: aCause("c1"),
      since: now,
    });
  });

  test("of a start that never arrived keeps it from beginning later", () => {
    const state = stateOf(stopWished(aTown(), unwished(), now));
    expect(state.agents.get("gt-1")).toMatchObject({ generation: 1, state: "exited", cause: aCause("c9") });
    expect(startWished(state, wish, now)).toMatchObject({ refused: "stale" });
    expect(stateOf(startWished(state, next, now)).wishes.get("gt-1")?.generation).toBe(2);
  });

  test("of an ended start changes nothing and tells its end again", () => {
    const state = aTown({ agents: [anAgent("gt-1", { state: "failed", reason: "no model" })] });
    expect(stopWished(state, unwished(), now)).toEqual({ state, again: "gt-1" });
  });

  test("of an old start is stale, and leaves the newer one alone", () => {
    expect(stopWished(aTown({ agents: [anAgent("gt-1", { generation: 2 })] }), unwished(), now)).toMatchObject({
      refused: "stale",
    });
    const state = aTown({ wishes: [aWish("gt-1", { generation: 2 })] });
    expect(stateOf(stopWished(state, unwished(), now))).toBe(state);
  });

  test("reaches the older start that runs and leaves a newer wish", () => {
    const state = aTown({ container: running, wishes: [aWish("gt-1", { generation: 2 })], agents: [anAgent()] });
    const after = stateOf(stopWished(state, unwished(), now));
    expect(after.wishes.get("gt-1")?.generation).toBe(2);
    expect(after.agents.get("gt-1")?.stop?.reason).toBe("bead closed");
  });
});
