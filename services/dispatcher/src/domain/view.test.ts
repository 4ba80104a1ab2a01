import { expect, test } from "vitest";
import type { TownState } from "./state.ts";
import { aContainer, anAgent, aTown, aWish, limits, now } from "./test/builders.ts";
import { viewContainers } from "./view.ts";

test("a town that nothing was wished for has no containers", () => {
  expect(viewContainers(aTown(), limits)).toEqual([]);
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
  const none = { since: now, inputTokens: 0, outputTokens: 0, waits: { since: now, for: "turn", refusal: null } };
  expect(viewContainers(state, limits)).toEqual([
    {
      container: "river-1",
      state: "running",
      seenAt: now,
      agents: [
        { agent: "gt-1", generation: 1, state: "running", since: now, inputTokens: 7, outputTokens: 3, waits: null },
        { agent: "gt-2", generation: 2, state: "waiting", ...none },
        { agent: "gt-4", generation: 1, state: "waiting", ...none },
      ],
    },
  ]);
});

test("a wish before the first container waits for the one to come", () => {
  expect(viewContainers(aTown({ wishes: [aWish()] }), limits)).toMatchObject([
    { container: "river-1", state: "starting", seenAt: null, agents: [{ agent: "gt-1", state: "waiting" }] },
  ]);
});

test("a wish that waits for a place among all towns' containers says so", () => {
  const container = aContainer({ generation: 0, state: "stopped", waitsSince: now });
  expect(viewContainers(aTown({ container, wishes: [aWish()] }), limits)).toMatchObject([
    { agents: [{ agent: "gt-1", state: "waiting for a free container place" }] },
  ]);
});

const wished = now - 1_000;
const queued = aContainer({ state: "stopped", waitsSince: now - 400 });
const full = [anAgent("gt-2"), anAgent("gt-3", { state: "starting" })];
const refused = aWish("gt-1", { wishedAt: wished, askedAt: now, refusal: "it is draining", refusals: 1 });
const start = aWish("gt-1", { wishedAt: wished });

test.each<[string, TownState, object]>([
  [
    "all places for containers are taken: since the town stands in the queue",
    aTown({ container: queued, wishes: [start] }),
    { for: "container_place", since: now - 400, refusal: null },
  ],
  [
    "the town stands in the queue, and the start was wished later",
    aTown({ container: queued, wishes: [{ ...start, wishedAt: now - 100 }] }),
    { for: "container_place", since: now - 100 },
  ],
  [
    "the town's container is coming up",
    aTown({ container: aContainer({ state: "starting" }), wishes: [start] }),
    { for: "container", since: wished },
  ],
  [
    "containers end as soon as they are started",
    aTown({ container: aContainer({ state: "starting", failures: 2 }), wishes: [start] }),
    { for: "container", refusal: "2 containers in a row ended without ever answering" },
  ],
  [
    "a container ended at once, and all places are taken meanwhile",
    aTown({ container: { ...queued, failures: 1, reason: "exit code 1" }, wishes: [start] }),
    { for: "container_place", refusal: "a container ended without ever answering, the last one: exit code 1" },
  ],
  [
    "the town's container goes down, and did not take it",
    aTown({ container: aContainer({ state: "stopping" }), wishes: [refused] }),
    { for: "container", refusal: "it is draining" },
  ],
  [
    "as many agents as may be are in the container; one that is only being started counts",
    aTown({ container: aContainer(), wishes: [start], agents: full }),
    { for: "agent_place", since: wished },
  ],
  [
    "the container refused it",
    aTown({ container: aContainer(), wishes: [refused] }),
    { for: "refused", since: wished, refusal: "it is draining" },
  ],
  ["nothing is in its way", aTown({ container: aContainer(), wishes: [start] }), { for: "turn", since: wished }],
])("%s", (_, state, waits) => {
  const [container] = viewContainers(state, limits);
  expect(container?.agents.find(({ agent }) => agent === "gt-1")?.waits).toMatchObject(waits);
});

test("while the dispatcher starts nothing, every start waits for that", () => {
  const state = aTown({ container: aContainer({ state: "stopped" }), wishes: [start] });
  expect(viewContainers(state, { ...limits, starts: false })).toMatchObject([
    { agents: [{ waits: { for: "dispatch", since: wished } }] },
  ]);
});
