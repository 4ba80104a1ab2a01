import { describe, expect, test } from "vitest";
import { changes } from "./changes.ts";
import { agentReported, heartbeatHeard, type AgentReport } from "./observed.ts";
import { aCause, aContainer, anAgent, aNudge, aTown, aWish, now } from "./test/builders.ts";
import type { Decided } from "./wished.ts";

const running = aContainer();
const starting = anAgent("gt-1", { state: "starting" });

function aReport(over: Partial<AgentReport> = {}): AgentReport {
  return {
    agent: "gt-1",
    generation: 1,
    state: "running",
    reason: "",
    endCause: null,
    at: now - 3,
    container: "river-1",
    cause: aCause("report"),
    ...over,
  };
}

function stateOf(decided: Decided) {
  if (!("state" in decided)) throw new Error(decided.message);
  return decided.state;
}

describe("a report", () => {
  test("that a start runs confirms the wish, which stays", () => {
    const state = stateOf(
      agentReported(aTown({ container: running, wishes: [aWish()], agents: [starting] }), aReport(), now),
    );
    expect(state.agents.get("gt-1")).toEqual({ ...starting, state: "running", since: now - 3, aliveAt: now });
    expect(state.wishes.size).toBe(1);
  });

  test("that comes before the ask was noted is as good", () => {
    const state = stateOf(agentReported(aTown({ container: running, wishes: [aWish()] }), aReport(), now));
    expect(state.agents.get("gt-1")).toMatchObject({ state: "running", container: "river-1", cause: aCause("c1") });
  });

  test("of a start that nobody wished is noted under its own cause, for the plan to stop it", () => {
    const state = stateOf(agentReported(aTown({ container: running }), aReport(), now));
    expect(state.agents.get("gt-1")).toMatchObject({ state: "running", cause: aCause("report") });
  });

  test.each(["exited", "failed"] as const)("that a start has %s ends it and its wish", (end) => {
    const before = aTown({ container: running, wishes: [aWish()], agents: [anAgent()] });
    const endCause = end === "failed" ? null : "saved";
    const state = stateOf(agentReported(before, aReport({ state: end, reason: "why", endCause }), now));
    expect(state.agents.get("gt-1")).toMatchObject({ state: end, reason: "why", endCause, since: now - 3 });
    expect(changes(before, state)).toMatchObject([{ kind: "agent-ended", reason: "why", endCause }]);
    expect(state.wishes.size).toBe(0);
  });

  test("of an older start's end leaves the wish of the newer one", () => {
    const before = aTown({ container: running, wishes: [aWish("gt-1", { generation: 2 })], agents: [anAgent()] });
    const state = stateOf(agentReported(before, aReport({ state: "exited", reason: "stopped" }), now));
    expect(state.wishes.get("gt-1")?.generation).toBe(2);
  });

  test("of what is known already changes nothing", () => {
    const state = aTown({ container: running, agents: [anAgent("gt-1", { state: "stopping" })] });
    expect(stateOf(agentReported(state, aReport(), now))).toBe(state);
  });

  test.each([
    ["an older start", aTown({ agents: [anAgent("gt-1", { generation: 2 })] })],
    ["a start that has ended: ends are final", aTown({ agents: [anAgent("gt-1", { state: "exited" })] })],
  ])("of %s is stale", (_, state) => {
    expect(agentReported(state, aReport(), now)).toMatchObject({ refused: "stale" });
  });

  test.each([
    ["asked another container for it", { agents: [anAgent("gt-1", { container: "river-2" })] }],
    ["asked no container for it yet", { wishes: [aWish()] }],
  ])("of an older container is stale when we %s", (_, parts) => {
    const state = aTown({ container: aContainer({ generation: 2 }), ...parts });
    expect(agentReported(state, aReport({ state: "exited" }), now)).toMatchObject({ refused: "stale" });
    expect(agentReported(state, aReport({ container: "river-2" }), now)).toHaveProperty("state");
    expect(agentReported(state, aReport({ container: null }), now)).toHaveProperty("state");
  });
});

describe("a heartbeat", () => {
  const told = { aliveAt: now - 2, activeAt: now - 9, inputTokens: 10, outputTokens: 5, busy: false };
  const of = (agent: string, generation = 1) => ({ agent, generation, ...told });

  test("stores liveness, activity and usage apart, and passes on who is alive", () => {
    const before = aTown({ container: { ...running, seenAt: null }, agents: [anAgent()] });
    const heard = heartbeatHeard(before, { container: "river-1", agents: [of("gt-1")] }, now);
    expect(heard).toMatchObject({ alive: ["gt-1"], surprising: false });
    expect(heard.state.agents.get("gt-1")).toEqual({ ...anAgent(), ...told });
    expect(heard.state.container.seenAt).toBe(now);
  });

  test("of what should not run is a reason to look", () => {
    const before = aTown({ container: running, agents: [anAgent("gt-1", { state: "exited" }), anAgent("gt-2")] });
    const agents = [of("gt-1"), of("gt-2", 2), of("gt-3")];
    expect(heartbeatHeard(before, { container: "river-1", agents }, now)).toMatchObject({
      alive: [],
      surprising: true,
    });
  });

  test("that is the first word of a container is a reason to look: something may wait for it", () => {
    const before = aTown({ container: aContainer({ state: "starting" }) });
    expect(heartbeatHeard(before, { container: "river-1", agents: [] }, now).surprising).toBe(true);
  });

  test.each([
    ["another container", aTown({ container: aContainer({ generation: 2 }), agents: [anAgent()] })],
    ["the container of a deleted town", aTown({ container: aContainer({ clearing: true }), agents: [anAgent()] })],
  ])("of %s says nothing", (_, before) => {
    const heard = heartbeatHeard(before, { container: "river-1", agents: [of("gt-1")] }, now);
    expect(heard).toEqual({ state: before, alive: [], surprising: false });
  });

  test("that comes after the end of its container was seen still tells what its agents used", () => {
    const before = aTown({ container: aContainer({ state: "stopped" }), agents: [anAgent()] });
    const heard = heartbeatHeard(before, { container: "river-1", agents: [of("gt-1")] }, now);
    expect(heard).toMatchObject({ alive: ["gt-1"], surprising: false });
    expect(heard.state.container).toBe(before.container);
    expect(heard.state.agents.get("gt-1")).toMatchObject({ inputTokens: 10, outputTokens: 5, busy: false });
  });

  test("of an agent that something is to be said to is a reason to ask its host again", () => {
    const nudges = [aNudge("n-1", { askedAt: now - 5, asks: 2 })];
    const before = aTown({ container: running, agents: [anAgent()], nudges });
    const heard = heartbeatHeard(before, { container: "river-1", agents: [of("gt-1")] }, now);
    expect(heard.surprising).toBe(true);
    expect(heard.state.nudges.get("n-1")?.askedAt).toBeNull();
  });
});
