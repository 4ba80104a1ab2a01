import { QueryError } from "@gastown/bus";
import { connectDatabase, migrate, transaction, type Database } from "@gastown/db";
import { createLogger } from "@gastown/telemetry";
import { usePostgres } from "@gastown/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { emptyTown } from "../domain/state.ts";
import { aNudge, aTown, now } from "../domain/test/builders.ts";
import { loadTown, saveTown } from "../store/town-state.ts";
import { giveNudges } from "./give-nudges.ts";

const postgres = usePostgres();
const logger = createLogger("test", { level: "silent" });
let db: Database;
beforeAll(async () => {
  db = await connectDatabase({ url: postgres.databaseUrl, schema: "dispatcher", name: "test", logger });
  await migrate(db, new URL("../../migrations", import.meta.url));
});
afterAll(() => db.close());

const nudges = ["n-1", "n-2", "n-3"];
const deaf = new QueryError("unavailable", "nobody answered");
const faulty = new QueryError("failed", "it has a fault");

test.each([
  ["deaf", "does not answer is asked once, the others wait for the next look", deaf, ["n-1"], []],
  ["lost", "is not reached is asked once as well", new Error("the connection was lost"), ["n-1"], []],
  ["faulty", "has a fault over one nudge is asked for all others", faulty, nudges, ["n-2", "n-3"]],
])("a %s host, which %s", async (town, _what, problem, asked, given) => {
  const before = emptyTown(town);
  const state = aTown({ container: before.container, nudges: nudges.map((name) => aNudge(name)) });
  await transaction(db, (tx) => saveTown(tx, before, state));
  const heard: string[] = [];
  const host = {
    nudge: (_: string, { nudge }: { nudge: string }) => {
      heard.push(nudge);
      if (nudge === "n-1") return Promise.reject(problem);
      return Promise.resolve({ accepted: true, given: true, reason: null });
    },
  };
  const ctx = { db, logger, host, runtime: { kind: "process" as const }, now: () => now };
  await giveNudges(ctx, town, { nudges, signal: AbortSignal.timeout(10_000) });

  const after = await transaction(db, (tx) => loadTown(tx, town));
  expect(heard).toEqual(asked);
  expect([...after.nudges.values()].filter(({ givenAt }) => givenAt !== null).map(({ nudge }) => nudge)).toEqual(given);
  expect([...after.nudges.values()].filter(({ asks }) => asks > 0).map(({ nudge }) => nudge)).toEqual(asked);
});
