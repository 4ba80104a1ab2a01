import { eventually, useServers } from "@gastown/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDispatchTown, type DispatchTown } from "./test/dispatch-town.ts";

const servers = useServers();
let world: DispatchTown;
beforeAll(async () => {
  world = await openDispatchTown({ natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl });
});
afterAll(() => world.close());

test("the container host of this repository understands what it is told, answers, reports, and ends when it is drained", async () => {
  const service = await world.dispatcher({ containerProgram: undefined, stopContainersOnClose: true });
  await world.wish("river");
  // There is no forge that would give a credential: what matters here is that the host says so.
  await eventually(() => expect(world.reports("river")).toEqual([expect.stringMatching(/^gt-1\/1 failed /)]), {
    timeoutMs: 45_000,
  });
  await eventually(() => expect(world.events("river")).toEqual(["container.started", "agent.exited"]));
  expect(await world.containers("river")).toMatchObject([{ container: "river-1", state: "running", agents: [] }]);
  await service.close();
  expect(await world.recorded()).toEqual([]);
});
