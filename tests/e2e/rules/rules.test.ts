import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { connectDatabase, type Database } from "@gastown/db";
import { createLogger } from "@gastown/telemetry";
import { usePostgres } from "@gastown/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rules } from "../../../services/town/src/domain/rules/index.ts";
import { checkout } from "../gastown-process.ts";
import { useInstallation } from "../installation.ts";
import { makeSource } from "../source-repository.ts";
import { allScenarios } from "./all-scenarios.ts";
import type { Scenario } from "./scenario.ts";
import { openTown } from "./scenario-town.ts";

const postgres = usePostgres();
const installation = useInstallation(() => ({ DATABASE_URL: postgres.databaseUrl }));
const source = makeSource();
const took = new Map<string, number>();
let database: Database;
beforeAll(async () => {
  const logger = createLogger("test", { level: "silent" });
  database = await connectDatabase({ url: postgres.databaseUrl, schema: "town", name: "rules test", max: 2, logger });
});
afterAll(async () => {
  await database.close();
  source.remove();
  const lines = [...took].map(([name, ms]) => `${(ms / 1_000).toFixed(1).padStart(6)} s  ${name}`);
  process.stdout.write(`${lines.join("\n")}\n`);
});

/** What a town is follows from its inputs. */
const faithful = { deterministic: true, followsToday: true, differences: [] };

async function play(name: string, scenario: Scenario): Promise<void> {
  const { policy, rig = {}, damages = false, effects } = scenario;
  const town = await openTown(installation(), { town: name, source: source.path, ...(policy && { policy }) });
  let now = "the start";
  try {
    if (rig !== null) await town.readyRig("app", rig);
    for (const [rule, show] of Object.entries(effects)) {
      now = rule;
      const began = Date.now();
      await show(town, (statement, values) => database.pool.query(statement, values));
      took.set(rule, Date.now() - began);
    }
    expect(await town.replay()).toMatchObject(damages ? {} : faithful);
  } catch (cause) {
    throw new Error(`${now} in town ${name}, which told:\n${town.events.story()}`, { cause });
  } finally {
    await town.close();
  }
}

test("every rule and every obstacle has a scenario", () => {
  const obstacles = readdirSync(join(checkout, "services/town/src/domain/obstacles"))
    .filter((file) => !file.endsWith(".test.ts") && file !== "index.ts")
    .map((file) => file.replace(/\.ts$/, ""));
  const shown = Object.values(allScenarios).flatMap(({ effects }) => Object.keys(effects));
  expect(shown.toSorted()).toEqual([...rules.map(({ name }) => name), ...obstacles].toSorted());
});

describe.concurrent("with thresholds of a second or less the running system shows the effects of each rule", () => {
  const named = Object.entries(allScenarios).map(([name, scenario]) => {
    return [`${name}: ${Object.keys(scenario.effects).join(", ")}`, name, scenario] as const;
  });
  test.each(named)("%s", async (_, name, scenario) => {
    await expect(play(name, scenario)).resolves.toBeUndefined();
  });
});

test("no service had to write down an error", () => {
  const logs = join(installation().state, "logs");
  const lines = readdirSync(logs).flatMap((file) => readFileSync(join(logs, file), "utf8").split("\n"));
  expect(lines.filter((line) => /"level":"(?:error|fatal)"/.test(line))).toEqual([]);
});
