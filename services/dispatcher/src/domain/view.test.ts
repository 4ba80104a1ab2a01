import { expect, test } from "vitest";
import { aContainer, anAgent, aTown, aWish, now } from "./test/builders.ts";
import { viewContainers } from "./view.ts";

test("a town that nothing was wished for has no containers", () => {
  expect(viewContainers(aTown())).toEqual([]);
});

test("what runs and what waits for a place is seen, what has ended is not", () => {
  const state = aTown({
    container: aContainer(),
    wishes: [aWish("gt-1"), aWish("gt-4"), aWish("gt-2", { generation: 2 })],
    agents: [
      anAgent("gt-1", { inputTokens: 7, outputTokens: 3 }),
      anAgent("gt-2", { state: "exited" }),
      anAgent("gt-3", { state: "exited" }),
    ],
  });
  const none = { inputTokens: 0, outputTokens: 0 };
  expect(viewContainers(state)).toEqual([
    {
      container: "river-1",
      state: "running",
      seenAt: now,
      agents: [
        { agent: "gt-1", generation: 1, state: "running", inputTokens: 7, outputTokens: 3 },
        { agent: "gt-2", generation: 2, state: "waiting", ...none },
        { agent: "gt-4", generation: 1, state: "waiting", ...none },
      ],
    },
  ]);
});

test("a wish before the first container waits for the one to come", () => {
  expect(viewContainers(aTown({ wishes: [aWish()] }))).toMatchObject([
    { container: "river-1", state: "starting", seenAt: null, agents: [{ agent: "gt-1", state: "waiting" }] },
  ]);
});

test("a wish that waits for a place among all towns' containers says so", () => {
  const container = aContainer({ generation: 0, state: "stopped", waitsSince: now });
  expect(viewContainers(aTown({ container, wishes: [aWish()] }))).toMatchObject([
    { agents: [{ agent: "gt-1", state: "waiting for a free container place" }] },
  ]);
});
