import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changeAgentModel, containerIdleStop, forgetTownContainers, nudgeAgent } from "@gastown/contracts";
import { eventually, useServers } from "@gastown/testkit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { aMayorJob } from "./domain/test/builders.ts";
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
const runs = (town: string, start: string) =>
  eventually(() => expect(world.reports(town)).toContain(`${start} running`), patient);
const ended = (town: string, start: string) =>
  eventually(() => expect(world.reports(town).at(-1)).toMatch(`${start} exited`), patient);
const done = (town: string, line: string) =>
  eventually(async () => expect((await world.did(town)).at(-1)).toBe(line), patient);
const wishModel = (town: string, model: string | null, agent = "gt-1") =>
  world.send(changeAgentModel, town, { agent, generation: 1, model });

describe("another model", () => {
  test("is asked of the host of a start that runs, and what came of it is told to the town in its own words", async () => {
    await dispatcher();
    await world.wish("swap");
    await runs("swap", "gt-1/1");
    expect(await wishModel("swap", "m2")).toMatchObject({ outcome: "applied" });
    await eventually(() => expect(world.models("swap")).toEqual(["gt-1/1 wished m2 has m2"]), patient);
    await wishModel("swap", null);
    await eventually(() => expect(world.models("swap")[1]).toBe("gt-1/1 wished null has none"), patient);
    expect((await world.did("swap")).slice(1)).toEqual(["start gt-1/1", "model gt-1/1 m2", "model gt-1/1 none"]);
    expect(await world.stored("swap")).not.toContain("m2");
  });

  test("goes on to be asked by the next dispatcher, and has failed when the start ends before it is taken", async () => {
    const first = await dispatcher();
    await world.wish("deaf", { name: "Deaf" });
    await runs("deaf", "gt-1/1");
    await wishModel("deaf", "m2");
    await first.close();
    expect(world.models("deaf")).toEqual([]);
    await dispatcher();
    await world.unwish("deaf");
    await ended("deaf", "gt-1/1");
    await eventually(() => {
      expect(world.models("deaf")).toEqual(["gt-1/1 wished m2 has null it does not run any more (bead closed)"]);
    }, patient);
  });
});

const mayor = (generation = 1) => ({ ...aMayorJob("gt-7", generation), model: "m1" });

describe("the mayor", () => {
  test("is got ready for in every container of the town, as its next start will be, until the town is deleted", async () => {
    await dispatcher({ limits: { idleStopMs: 400, idleStopAgainMs: 60_000 } });
    await world.wish("home", mayor());
    await runs("home", "gt-7/1");
    // Nobody speaks to it: it is stopped with its container, whatever people have open.
    await ended("home", "gt-7/1");
    await eventually(() => {
      expect(world.eventData("home", containerIdleStop)).toEqual([
        { container: "home-1", reason: "mayor_idle_0m", error: null },
      ]);
    }, patient);
    expect(await world.look("home", "gt-7")).toMatchObject({ generation: 1, alive: false, session: false });
    expect(await wishModel("home", "m2", "gt-7")).toMatchObject({ outcome: "applied" });

    await world.wish("home");
    await runs("home", "gt-1/1");
    expect(await world.did("home")).toContain("boot home-2 gt-7 m2");
    await wishModel("home", "m3", "gt-7");
    await done("home", "prewarm gt-7 m3");

    await world.wish("home", { ...mayor(2), model: "m3" });
    await runs("home", "gt-7/2");
    expect(await world.look("home", "gt-7")).toEqual({
      generation: 2,
      alive: true,
      session: true,
      busy: false,
      container: "home-2",
    });
    // A host that does not answer is no sign of anything.
    await world.signal("home", "SIGSTOP");
    expect(await world.look("home", "gt-7")).toBeNull();
    await world.signal("home", "SIGCONT");
    await world.send(forgetTownContainers, "home", {});
    await eventually(async () => expect(await world.stored("home")).toBe(""), patient);
  });

  test("comes back when it is told something, after its container was stopped since nobody used it", async () => {
    await dispatcher({ limits: { idleStopMs: 400, idleStopAgainMs: 60_000 } });
    await world.wish("back", mayor());
    await runs("back", "gt-7/1");
    await ended("back", "gt-7/1");
    await world.wish("back", mayor(2));
    const nudge = { agent: "gt-7", generation: 2, nudge: "n-1", message: "hello", mode: "immediate" } as const;
    await world.send(nudgeAgent, "back", nudge);
    await eventually(() => expect(world.nudges("back")).toEqual(["n-1 delivered"]), patient);
    const did = await world.did("back");
    expect(did.slice(did.indexOf("boot back-2 gt-7 m1"))).toEqual([
      "boot back-2 gt-7 m1",
      "start gt-7/2",
      "said n-1 hello",
    ]);
  });

  test("nothing is known of an agent that was never started", async () => {
    await dispatcher();
    expect(await world.look("nowhere", "gt-7")).toBeNull();
  });
});

test("a new key for the model service reaches the containers that run, from its file and with a restart", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gastown-key-"));
  const modelKeyFile = join(folder, "key");
  writeFileSync(modelKeyFile, "k1\n");
  const container = { agentRuntime: "opencode" as const, modelUrl: "http://127.0.0.1:9/v1", modelName: "none" };
  const first = await dispatcher({ container: { ...container, modelKey: "k1", modelKeyFile } });
  await world.wish("keys");
  await runs("keys", "gt-1/1");
  writeFileSync(modelKeyFile, "k2\n");
  await done("keys", "key k2");
  await first.close();
  await dispatcher({ container: { ...container, modelKey: "k3" } });
  await done("keys", "key k3");
  expect((await world.did("keys")).filter((line) => !line.startsWith("key"))).toEqual(["boot keys-1", "start gt-1/1"]);
  rmSync(folder, { recursive: true, force: true });
});
