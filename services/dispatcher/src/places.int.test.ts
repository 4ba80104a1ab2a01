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
    const agents = [{ agent, state: "waiting for a free container place" }];
    expect(await world.containers(town)).toMatchObject([{ agents }]);
  }, patient);
}

test("places for containers go from town to town: from one that has nothing to do to the one that waited longest", async () => {
  // Two replicas share the places.
  const over = {
    container: { agentRuntime: "opencode", modelUrl: "http://127.0.0.1:9/v1", modelName: "none", maxAgents: 1 },
    limits: { maxContainers: 2, idleMs: 300, vouchMs: 500 },
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

  // Nothing is taken from a town at work; the end of its last agent is what gives its place away.
  await world.unwish("two");
  await runs("three");
  expect((await world.recorded()).toSorted()).toEqual(["one-1", "three-1"]);
  await waits("four");
  expect(world.events("two").slice(-2)).toEqual(["agent.exited", "container.stopped"]);

  // A container that dies gives its place away too, even when its own town has more work: that waits its turn.
  await world.wish("one", { agent: "gt-2", generation: 1 });
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
