import { reportHeartbeat } from "@gastown/contracts";
import { eventually, useServers } from "@gastown/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDispatchTown, type DispatchTown } from "./test/dispatch-town.ts";

const servers = useServers();
let world: DispatchTown;
beforeAll(async () => {
  world = await openDispatchTown({ natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl });
});
afterAll(() => world.close());

const patient = { timeoutMs: 30_000 };
const runs = (town: string) => eventually(() => expect(world.reports(town).at(-1)).toBe("gt-1/1 running"), patient);
function waits(town: string, agent = "gt-1") {
  return eventually(async () => {
    const waiting = { for: "container_place", refusal: null };
    const agents = [{ agent, state: "waiting for a free container place", waits: waiting }];
    expect(await world.containers(town)).toMatchObject([{ agents }]);
  }, patient);
}

test("places for containers go from town to town: from one that has nothing to do to the one that waited longest", async () => {
  // Two replicas share the places.
  const over = {
    container: { agentRuntime: "opencode", modelUrl: "http://127.0.0.1:9/v1", modelName: "none", maxAgents: 1 },
    limits: { maxContainers: 2, idleMs: 300, vouchMs: 500, startMs: 1_500 },
  } as const;
  await Promise.all([world.dispatcher(over), world.dispatcher(over)]);
  await world.wish("one");
  await world.wish("two");
  await Promise.all([runs("one"), runs("two")]);

  await world.wish("three");
  await waits("three");
  await world.wish("four");
  await waits("four");
  await eventually(() => {
    const heard = world.toldTown("four").filter(({ type }) => type === reportHeartbeat.type);
    expect(heard.at(-1)?.data).toMatchObject({ agents: [{ agent: "gt-1", generation: 1 }] });
  }, patient);
  expect((await world.recorded()).toSorted()).toEqual(["one-1", "two-1"]);
  const caps = { maxContainers: 2, maxAgents: 1, taken: 2 };
  const busy = { state: "running", agents: 1, starts: 0 };
  expect(await world.places()).toMatchObject({
    ...caps,
    waiting: 2,
    containers: [
      { town: "one", container: "one-1", ...busy },
      { town: "two", container: "two-1", ...busy },
    ],
    towns: [
      { town: "three", starts: ["gt-1"] },
      { town: "four", starts: ["gt-1"] },
    ],
  });
  expect(await world.placesOf("four")).toEqual({ ...caps, waiting: 2, ahead: 1 });
  expect(await world.placesOf("one")).toEqual({ ...caps, waiting: 2, ahead: null });

  // Nothing is taken from a town at work; the end of its last agent is what gives its place away.
  await world.unwish("two");
  await runs("three");
  expect((await world.recorded()).toSorted()).toEqual(["one-1", "three-1"]);
  await waits("four");
  await eventually(() => expect(world.events("two").slice(-2)).toEqual(["agent.exited", "container.stopped"]), patient);

  // A container that dies gives its place away too, even when its own town has more work: that waits its turn.
  await world.wish("one", { agent: "gt-2", generation: 1 });
  await eventually(async () => {
    const agents = [{ agent: "gt-1" }, { agent: "gt-2", waits: { for: "agent_place" } }];
    expect(await world.containers("one")).toMatchObject([{ agents }]);
  }, patient);
  await world.signal("one", "SIGKILL");
  await runs("four");
  await waits("one", "gt-2");

  // Who does not wait any more lets the next one go first.
  await world.wish("five");
  await waits("five");
  await world.unwish("one", "gt-2");
  await world.unwish("four");
  await runs("five");
  expect((await world.recorded()).toSorted()).toEqual(["five-1", "three-1"]);
});

test("a start that hangs is not vouched for any longer than it may take; given up by its town it frees its place", async () => {
  for (const town of ["three", "five"]) await world.unwish(town);
  await world.wish("stuck", { agent: "gt-1", generation: 1, name: "Stuck" });
  await world.wish("stuck", { agent: "gt-2", generation: 1 });
  const inQueue = { for: "agent_place", refusal: null };
  await eventually(async () => {
    const agents = [
      { agent: "gt-1", state: "starting", waits: null },
      { agent: "gt-2", waits: inQueue },
    ];
    expect(await world.containers("stuck")).toMatchObject([{ agents }]);
  }, patient);
  // What waits for the place is vouched for, what hangs in it is not any more: the town hears nothing of it and stops it.
  const vouched = () =>
    world.toldTown("stuck").flatMap(({ type, data }) => (type === reportHeartbeat.type ? [data] : []));
  await eventually(() => {
    const waiting = { agent: "gt-2", generation: 1 };
    expect(vouched().at(-1)).toMatchObject({ agents: [waiting] });
  }, patient);
  await world.unwish("stuck", "gt-1");
  await eventually(() => expect(world.reports("stuck").at(-1)).toBe("gt-2/1 running"), patient);
});
