import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  containerHeartbeat,
  containerStopped,
  forgetTownContainers,
  nudgeAgent,
  reportContainerAgent,
  reportHeartbeat,
  type DataOf,
} from "@gastown/contracts";
import { sealer } from "@gastown/service";
import { eventually, useServers } from "@gastown/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openDispatchTown, type DispatchTown } from "./test/dispatch-town.ts";

const servers = useServers();
let world: DispatchTown;
beforeAll(async () => {
  world = await openDispatchTown({ natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl });
});
afterAll(() => world.close());

const dispatcher: DispatchTown["dispatcher"] = (over) => world.dispatcher(over);
afterEach(() => world.clear());

const patient = { timeoutMs: 30_000 };
const reported = (town: string, reports: string[]) =>
  eventually(() => expect(world.reports(town)).toEqual(reports), patient);
const runs = (town: string) =>
  reported(
    town,
    ["gt-1 running"].map((line) => line.replace("gt-1", "gt-1/1")),
  );
/** Events come another way than reports, so that either may be here first. */
const happened = (town: string, events: string[]) =>
  eventually(() => expect(world.events(town)).toEqual(events), patient);

describe("one start of an agent", () => {
  test("is wished, gets a container, runs, is told; and when it is not wished any more it is stopped, and that is told", async () => {
    const service = await dispatcher();
    expect(await world.wish("river")).toMatchObject({ outcome: "applied" });
    await runs("river");
    await happened("river", ["container.started", "agent.started"]);
    expect(await world.did("river")).toEqual(["boot river-1", "start gt-1/1"]);
    expect(await world.containers("river")).toMatchObject([
      { container: "river-1", state: "running", agents: [{ agent: "gt-1", generation: 1, state: "running" }] },
    ]);
    expect(await service.health()).toMatchObject({ ok: true });

    expect(await world.unwish("river")).toMatchObject({ outcome: "applied" });
    await reported("river", ["gt-1/1 running", "gt-1/1 exited bead closed"]);
    await happened("river", ["container.started", "agent.started", "agent.exited"]);
    expect(await world.containers("river")).toMatchObject([{ state: "running", agents: [] }]);
  });

  test("twice is one start, and one that has ended never begins again: its end is told again", async () => {
    await dispatcher();
    await world.wish("lake");
    expect(await world.wish("lake")).toMatchObject({ outcome: "applied" });
    await runs("lake");
    await world.unwish("lake");
    await reported("lake", ["gt-1/1 running", "gt-1/1 exited bead closed"]);
    expect(await world.wish("lake")).toMatchObject({ outcome: "refused", code: "stale" });
    await reported("lake", ["gt-1/1 running", "gt-1/1 exited bead closed", "gt-1/1 exited bead closed"]);
    expect(await world.wish("lake", { agent: "gt-1", generation: 2 })).toMatchObject({ outcome: "applied" });
    await eventually(() => expect(world.reports("lake").at(-1)).toBe("gt-1/2 running"));
    expect((await world.did("lake")).filter((line) => line.startsWith("start"))).toEqual([
      "start gt-1/1",
      "start gt-1/2",
    ]);
  });

  test("waits while there is no model, with no container, and begins once there is one", async () => {
    const without = await dispatcher({ container: { agentRuntime: "opencode", modelUrl: undefined } });
    await world.wish("mute");
    expect(await world.containers("mute")).toMatchObject([{ agents: [{ agent: "gt-1", state: "waiting" }] }]);
    await without.close();
    expect(await world.did("mute")).toEqual([]);
    expect(world.reports("mute")).toEqual([]);
    await dispatcher();
    await runs("mute");
  });

  test("that the container refuses is asked for again", async () => {
    await dispatcher();
    await world.wish("shy", { name: "Shy" });
    await runs("shy");
    expect(await world.did("shy")).toEqual(["boot shy-1", "start gt-1/1", "start gt-1/1"]);
  });

  test("whose report was lost is told when the container says that it runs", async () => {
    await dispatcher({ limits: { confirmMs: 500 } });
    await world.wish("slow", { name: "Slow" });
    await runs("slow");
    expect((await world.did("slow")).filter((line) => line.startsWith("start"))).toEqual(["start gt-1/1"]);
  });

  test("that nobody wished is stopped, and reports of ended starts change nothing", async () => {
    await dispatcher();
    await world.wish("stray");
    await runs("stray");
    const at = new Date().toISOString();
    const stray = { agent: "gt-7", generation: 3, state: "running" as const, reason: "", at };
    await world.send(reportContainerAgent, "stray", stray);
    await eventually(() =>
      expect(world.reports("stray").slice(1)).toEqual(["gt-7/3 running", "gt-7/3 exited stopped"]),
    );
    expect(await world.send(reportContainerAgent, "stray", stray)).toMatchObject({ outcome: "refused", code: "stale" });
    expect(world.reports("stray")).toHaveLength(3);
  });
});

describe("a stop that the container does not finish", () => {
  const limits = { stopMs: 500, forceMs: 500, confirmMs: 200, watchMs: 100 };
  const container = {
    agentRuntime: "opencode",
    modelUrl: "http://127.0.0.1:9/v1",
    modelName: "none",
    maxAgents: 1,
  } as const;

  test("is asked for by force when its time is over, and its place is free then", async () => {
    await dispatcher({ container, limits: { ...limits, forceMs: patient.timeoutMs } });
    await world.wish("cling", { name: "Clinging" });
    await runs("cling");
    await world.unwish("cling");
    await world.wish("cling", { agent: "gt-2" });
    await eventually(() => expect(world.reports("cling")).toContain("gt-2/1 running"), patient);
    const did = await world.did("cling");
    expect(did).toContain("keeps gt-1/1");
    expect(did.slice(-2)).toEqual(["end gt-1/1 bead closed", "start gt-2/1"]);
    expect(world.events("cling")).not.toContain("container.stopped");
  });

  test("by force either, costs the container, and the next one has the place", async () => {
    await dispatcher({ container, limits });
    await world.wish("stub", { name: "Stubborn" });
    await runs("stub");
    await world.unwish("stub");
    await world.wish("stub", { agent: "gt-2" });
    await eventually(() => expect(world.reports("stub")).toContain("gt-2/1 running"), patient);
    const did = await world.did("stub");
    expect(did.filter((line) => line.endsWith("by force"))).toEqual(["keeps gt-1/1, asked by force"]);
    expect(did.slice(-2)).toEqual(["boot stub-2", "start gt-2/1"]);
    const reason = expect.stringMatching(/^it did not end gt-1 within \d+ s, by force either$/);
    await eventually(
      () => expect(world.eventData("stub", containerStopped)).toEqual([{ container: "stub-1", reason }]),
      patient,
    );
  });

  test.each([
    ["does not accept it", "Kept"],
    ["answers nothing", "Mute"],
  ])("since its host %s, costs the container, and the next one has the place", async (_how, name) => {
    // A town of no other test: what was told of one is never forgotten here.
    const town = `host-${name.toLowerCase()}`;
    await dispatcher({ container, limits });
    await world.wish(town, { name });
    await runs(town);
    await world.unwish(town);
    await world.wish(town, { agent: "gt-2" });
    await eventually(() => expect(world.reports(town)).toContain("gt-2/1 running"), patient);
    expect((await world.did(town)).slice(-2)).toEqual([`boot ${town}-2`, "start gt-2/1"]);
    const reason = expect.stringMatching(/^it did not accept the stop of gt-1 within \d+ s, by force either$/);
    await eventually(
      () => expect(world.eventData(town, containerStopped)).toEqual([{ container: `${town}-1`, reason }]),
      patient,
    );
  });
});

test("starts over the cap wait, visibly, and run when a place is free; the town hears that they are not lost", async () => {
  await dispatcher({
    container: { agentRuntime: "opencode", modelUrl: "http://127.0.0.1:9/v1", modelName: "none", maxAgents: 1 },
    limits: { vouchMs: 300 },
  });
  await world.wish("full");
  await world.wish("full", { agent: "gt-2", generation: 1 });
  await runs("full");
  expect((await world.containers("full"))[0]?.agents).toMatchObject([
    { agent: "gt-1", state: "running" },
    { agent: "gt-2", state: "waiting" },
  ]);
  await eventually(() => {
    const heard = world.toldTown("full").filter(({ type }) => type === reportHeartbeat.type);
    expect(heard.at(-1)?.data).toMatchObject({ agents: [{ agent: "gt-2", generation: 1, activeAt: null }] });
  });
  await world.unwish("full");
  await reported("full", ["gt-1/1 running", "gt-1/1 exited bead closed", "gt-2/1 running"]);
});

test("a heartbeat stores what was used and is passed on", async () => {
  await dispatcher();
  await world.wish("pulse");
  await runs("pulse");
  await world.signal("pulse", "SIGUSR2");
  await eventually(() => {
    const heard = world.toldTown("pulse").filter(({ type }) => type === reportHeartbeat.type);
    expect(heard).toMatchObject([
      { data: { agents: [{ agent: "gt-1", generation: 1, tokens: 10, microUsd: 20, busy: true }] } },
    ]);
  });
  expect((await world.containers("pulse"))[0]?.agents).toMatchObject([{ inputTokens: 7, outputTokens: 3 }]);
  const other = { container: "pulse-9", agents: [] };
  expect(await world.send(containerHeartbeat, "pulse", other)).toMatchObject({ outcome: "applied" });
});

const nudge = (town: string, over: Partial<DataOf<typeof nudgeAgent>> = {}) =>
  world.send(nudgeAgent, town, {
    agent: "gt-1",
    generation: 1,
    nudge: "n-1",
    message: "go on",
    mode: "immediate",
    ...over,
  });
const toldNudges = (town: string, lines: string[]) =>
  eventually(() => expect(world.nudges(town)).toEqual(lines), patient);

describe("a nudge", () => {
  test("is said once and told as delivered, each time it is asked for, also when its agent has ended", async () => {
    await dispatcher();
    await world.wish("speak");
    await runs("speak");
    expect(await nudge("speak")).toMatchObject({ outcome: "applied" });
    await toldNudges("speak", ["n-1 delivered"]);
    await nudge("speak");
    await toldNudges("speak", ["n-1 delivered", "n-1 delivered"]);
    await world.unwish("speak");
    await eventually(() => expect(world.reports("speak")).toHaveLength(2), patient);
    await nudge("speak");
    await toldNudges("speak", ["n-1 delivered", "n-1 delivered", "n-1 delivered"]);
    expect((await world.did("speak")).filter((line) => line.startsWith("said"))).toEqual(["said n-1 go on"]);
  });

  test("that waits for the end of a turn is told when the host has said it", async () => {
    await dispatcher({ limits: { backoffMs: [60_000] } });
    await world.wish("later", { name: "Busy" });
    await runs("later");
    await nudge("later", { mode: "wait-idle" });
    await eventually(async () => expect(await world.asks("later")).toBe(1), patient);
    expect(world.nudges("later")).toEqual([]);
    await world.signal("later", "SIGUSR2");
    await toldNudges("later", ["n-1 delivered"]);
  });

  test("fails with the reason when its start does not run any more, and when its host is gone", async () => {
    await dispatcher({ limits: { backoffMs: [60_000] } });
    await world.wish("gone", { name: "Busy" });
    await runs("gone");
    await nudge("gone", { mode: "wait-idle" });
    await eventually(async () => expect(await world.asks("gone")).toBe(1), patient);
    await world.signal("gone", "SIGKILL");
    await toldNudges("gone", ["n-1 failed it does not run any more (container_lost)"]);
    expect(await nudge("gone", { nudge: "n-2" })).toMatchObject({ outcome: "refused", code: "stale" });
    expect(await nudge("gone", { nudge: "n-3", generation: 7 })).toMatchObject({
      outcome: "terminal",
      code: "agent_not_found",
    });
    await eventually(() => expect(world.nudges("gone")).toHaveLength(3));
    expect(world.nudges("gone").slice(1)).toEqual([
      "n-2 failed it does not run any more (container_lost)",
      "n-3 failed start 7 of gt-1 is not known",
    ]);
  });
});

describe("variables of an agent", () => {
  const key = "ab".repeat(32);
  const env = { API_TOKEN: sealer(key).seal("t0ken-in-clear") };

  test("are opened for its start and stand nowhere in the database", async () => {
    await dispatcher({ secretKey: key });
    await world.wish("sealed", { env });
    await runs("sealed");
    expect(await world.did("sealed")).toEqual(["boot sealed-1", "start gt-1/1", "API_TOKEN=t0ken-in-clear"]);
    expect(await world.stored("sealed")).toContain(env.API_TOKEN.sealed);
    expect(await world.stored("sealed")).not.toContain("t0ken");
  });

  test.each([
    ["keyless", undefined, /API_TOKEN cannot be opened: the dispatcher has no key. Set GASTOWN_SECRET_KEY/],
    ["otherkey", "cd".repeat(32), /API_TOKEN cannot be opened: it was sealed with another key than GASTOWN_SECRET_KEY/],
  ])("fail the start with a reason that says what is missing: %s", async (town, secretKey, reason) => {
    await dispatcher({ secretKey });
    await world.wish(town, { env });
    await eventually(() => expect(world.reports(town)).toEqual([expect.stringMatching(reason)]), patient);
    expect(world.reports(town)[0]).toMatch(/^gt-1\/1 failed /);
    expect(await world.did(town)).toEqual([`boot ${town}-1`]);
  });
});

describe("a deleted town", () => {
  test("leaves nothing, and what is still said about it is settled at once; a new one of that id works", async () => {
    await dispatcher();
    await world.wish("doomed");
    await runs("doomed");
    const folder = join(world.stateDir, "doomed");
    expect(await world.send(forgetTownContainers, "doomed", {})).toMatchObject({ outcome: "applied" });
    await eventually(async () => expect(await world.recorded()).not.toContain("doomed-1"), patient);
    await eventually(() => expect(existsSync(folder)).toBe(false), patient);
    await eventually(() => expect(world.events("doomed").at(-1)).toBe("container.stopped"));
    expect(await world.containers("doomed")).toEqual([]);
    expect(await world.stored("doomed")).toBe("");
    expect(world.reports("doomed")).toEqual(["gt-1/1 running"]);

    const at = new Date().toISOString();
    const start = { agent: "gt-1", generation: 1 };
    for (const verdict of [
      await world.send(reportContainerAgent, "doomed", { ...start, state: "exited", reason: "late", at }),
      await world.send(containerHeartbeat, "doomed", { container: "doomed-1", agents: [] }),
      await world.unwish("doomed"),
    ])
      expect(verdict).toMatchObject({ outcome: "terminal", code: "town_not_found" });
    expect(await world.send(forgetTownContainers, "doomed", {})).toMatchObject({ outcome: "applied" });

    expect(await world.wish("doomed")).toMatchObject({ outcome: "applied" });
    await reported("doomed", ["gt-1/1 running", "gt-1/1 running"]);
    expect(await world.did("doomed")).toEqual([expect.stringMatching(/^boot doomed-[3-9]$/), "start gt-1/1"]);
  });

  test("that had nothing is forgotten too, and one that is wished for while it is removed begins after that", async () => {
    await dispatcher();
    expect(await world.send(forgetTownContainers, "nowhere", {})).toMatchObject({ outcome: "applied" });
    await world.wish("swift");
    await runs("swift");
    await world.send(forgetTownContainers, "swift", {});
    await world.wish("swift", { agent: "gt-2" });
    await reported("swift", ["gt-1/1 running", "gt-2/1 running"]);
    expect((await world.did("swift")).toSorted()).toEqual(["boot swift-3", "start gt-2/1"]);
  });
});

describe("a container that is killed", () => {
  test("loses its agents, told once; the next one is started when a wish needs it", async () => {
    await dispatcher();
    await world.wish("crash");
    await runs("crash");
    await world.signal("crash", "SIGKILL");
    await reported("crash", ["gt-1/1 running", "gt-1/1 exited container_lost"]);
    expect(world.toldTown("crash").at(-1)?.data).toMatchObject({ state: "exited", cause: "container_lost" });
    await eventually(async () => expect(await world.recorded()).not.toContain("crash-1"));
    expect(await world.containers("crash")).toMatchObject([{ container: "crash-1", state: "stopped", agents: [] }]);

    await world.wish("crash", { agent: "gt-1", generation: 2 });
    await eventually(() => expect(world.reports("crash").at(-1)).toBe("gt-1/2 running"), patient);
    expect(await world.did("crash")).toEqual(["boot crash-1", "start gt-1/1", "boot crash-2", "start gt-1/2"]);
    expect(world.reports("crash")).toHaveLength(3);
    const began = ["container.started", "agent.started"];
    await happened("crash", [...began, "container.stopped", "agent.exited", ...began]);
  });

  test("is started again by itself when somebody still waits", async () => {
    await dispatcher({
      container: { agentRuntime: "opencode", modelUrl: "http://127.0.0.1:9/v1", modelName: "none", maxAgents: 1 },
    });
    await world.wish("again");
    await world.wish("again", { agent: "gt-2", generation: 1 });
    await runs("again");
    await world.signal("again", "SIGKILL");
    await reported("again", ["gt-1/1 running", "gt-1/1 exited container_lost", "gt-2/1 running"]);
    expect(await world.did("again")).toEqual(["boot again-1", "start gt-1/1", "boot again-2", "start gt-2/1"]);
  });

  test("again and again before it answers fails the start, with its reason", async () => {
    const container = { agentRuntime: "opencode" as const, modelUrl: "http://127.0.0.1:9/v1", modelName: "broken" };
    await dispatcher({ container, limits: { maxFailures: 2, backoffMs: [50] } });
    await world.wish("broken");
    await reported("broken", [
      "gt-1/1 failed the container did not start 2 times in a row; the last time: exit code 1; see the dispatcher's log",
    ]);
    const events = ["container.stopped", "container.stopped", "agent.exited"];
    await eventually(() => expect(world.events("broken")).toEqual(events), patient);
  });
});

describe("the dispatcher", () => {
  test("leaves its containers running when it closes, and the next one adopts them", async () => {
    const first = await dispatcher();
    await world.wish("adopt");
    await runs("adopt");
    await first.close();
    expect(await world.recorded()).toContain("adopt-1");

    await dispatcher();
    await world.wish("adopt", { agent: "gt-2", generation: 1 });
    await reported("adopt", ["gt-1/1 running", "gt-2/1 running"]);
    expect(await world.did("adopt")).toEqual(["boot adopt-1", "start gt-1/1", "start gt-2/1"]);
    // Nobody tells the end of a container that another process started: it is found out all the same.
    await world.signal("adopt", "SIGKILL");
    await eventually(
      () =>
        expect(world.reports("adopt").slice(2).toSorted()).toEqual([
          "gt-1/1 exited container_lost",
          "gt-2/1 exited container_lost",
        ]),
      patient,
    );
  });

  test("finds out what died while it was away", async () => {
    const first = await dispatcher();
    await world.wish("away");
    await runs("away");
    await first.close();
    await world.signal("away", "SIGKILL");
    await dispatcher();
    await reported("away", ["gt-1/1 running", "gt-1/1 exited container_lost"]);
    await eventually(async () => expect(await world.recorded()).not.toContain("away-1"), patient);
  });

  test("drains its containers when told so: their work is saved, and that is stored", async () => {
    const service = await dispatcher({ stopContainersOnClose: true });
    await world.wish("drain");
    await runs("drain");
    await service.close();
    expect(await world.recorded()).not.toContain("drain-1");
    expect((await world.did("drain")).at(-1)).toBe("end gt-1/1 saved");
    await dispatcher();
    await reported("drain", ["gt-1/1 running", "gt-1/1 exited saved"]);
  });

  test("in two replicas starts one container a town", async () => {
    await Promise.all([dispatcher(), dispatcher()]);
    const towns = Array.from({ length: 6 }, (_, index) => `twin-${index}`);
    await Promise.all(towns.flatMap((town) => [world.wish(town), world.wish(town, { agent: "gt-2", generation: 1 })]));
    for (const town of towns) {
      await eventually(() => expect(world.reports(town)).toHaveLength(2), patient);
      expect((await world.did(town)).toSorted()).toEqual([`boot ${town}-1`, "start gt-1/1", "start gt-2/1"]);
    }
    await world.signal("twin-0", "SIGKILL");
    await eventually(() => expect(world.reports("twin-0")).toHaveLength(4), patient);
    expect(world.reports("twin-0").slice(2).toSorted()).toEqual([
      "gt-1/1 exited container_lost",
      "gt-2/1 exited container_lost",
    ]);
  });

  test("goes on when NATS was away, without ending a container for it", async () => {
    await dispatcher();
    await world.wish("storm");
    await runs("storm");
    await servers.nats.kill9();
    await servers.nats.restart();
    await world.wish("storm", { agent: "gt-2", generation: 1 });
    await reported("storm", ["gt-1/1 running", "gt-2/1 running"]);
    expect(await world.did("storm")).toEqual(["boot storm-1", "start gt-1/1", "start gt-2/1"]);
  });
});
