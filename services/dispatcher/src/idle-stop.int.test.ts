import { containerIdleStop } from "@gastown/contracts";
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
const runs = (agent: string) =>
  eventually(() => expect(world.reports("quiet").at(-1)).toBe(`${agent}/1 running`), patient);

test("a container that nobody uses is stopped, told with the reason, and comes back when there is work", async () => {
  await world.dispatcher({ limits: { idleStopMs: 400, idleStopAgainMs: 0 } });
  await world.wish("quiet");
  await runs("gt-1");
  await world.unwish("quiet");
  await eventually(async () => expect(await world.recorded()).toEqual([]), patient);
  await eventually(() => {
    expect(world.events("quiet").slice(-2).toSorted()).toEqual(["container.idle_stop", "container.stopped"]);
  }, patient);
  expect(world.eventData("quiet", containerIdleStop)).toEqual([
    { container: "quiet-1", reason: "no_active_work", error: null },
  ]);

  await world.wish("quiet", { agent: "gt-2", generation: 1 });
  await runs("gt-2");
  expect(await world.recorded()).toEqual(["quiet-2"]);
});
