import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectDatabase } from "@gastown/db";
import { isAlive, recordOf } from "@gastown/service";
import { createLogger } from "@gastown/telemetry";
import { eventually } from "@gastown/testkit";
import { afterEach, expect, test } from "vitest";
import { type Installation, openInstallation } from "../installation.ts";
import { openStateDir } from "../state/state-dir.ts";
import { startPostgres } from "./start-postgres.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

async function openTestInstallation(folder?: string, said: string[] = []): Promise<Installation> {
  const path = folder ?? (await mkdtemp(join(tmpdir(), "gastown-embedded-")));
  if (folder === undefined) cleanUp.push(() => rm(path, { recursive: true, force: true }));
  return await openInstallation(await openStateDir(path), { env: {}, say: (line) => void said.push(line) });
}

async function query(url: string, text: string): Promise<unknown[]> {
  const logger = createLogger("test", { level: "silent" });
  const signal = AbortSignal.timeout(5_000);
  const database = await connectDatabase({ url, schema: "public", name: "test", max: 1, logger, signal });
  try {
    return (await database.drizzle.execute(text)).rows;
  } finally {
    await database.close();
  }
}

async function pidOf(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, "postmaster.pid"), "utf8")).split("\n")[0]);
}

test("Postgres keeps its data, is started again when it dies, and is taken over by the next run", async () => {
  const said: string[] = [];
  const first = await openTestInstallation(undefined, said);
  const server = await startPostgres(first);
  cleanUp.push(() => server.stop());
  await query(server.url, "create table kept (n int); insert into kept values (1)");
  const dataDir = first.state.file("postgres");
  expect((await stat(first.state.file("secrets.json"))).mode & 0o777).toBe(0o600);

  // Killed: watched, so started again on the same port and data.
  const pid = await pidOf(dataDir);
  process.kill(pid, "SIGKILL");
  await eventually(async () => expect(await query(server.url, "select n from kept")).toEqual([{ n: 1 }]), {
    timeoutMs: 30_000,
  });
  expect(await pidOf(dataDir)).not.toBe(pid);
  await eventually(() => expect(said.some((line) => line.startsWith("postgres runs again"))).toBe(true));

  // Another run on the same state (this one was killed, its Postgres lives): the same server is used.
  const second = await openTestInstallation(first.state.path);
  const adopted = await startPostgres(second);
  expect(adopted.url).toBe(server.url);
  expect(adopted.source).toBe("embedded, runs since before");

  const record = recordOf(await pidOf(dataDir), "postgres");
  await server.stop();
  expect(await isAlive(record)).toBe(false);
  await adopted.stop();
});

test("a postmaster.pid that names a process of somebody else does not stop the start", async () => {
  const installation = await openTestInstallation();
  const server = await startPostgres(installation);
  await server.stop();
  const file = installation.state.file("postgres", "postmaster.pid");
  await writeFile(file, `${process.pid}\n${installation.state.file("postgres")}\n0\n1\n\n127.0.0.1\n`);
  const again = await startPostgres(installation);
  cleanUp.push(() => again.stop());
  expect(await query(again.url, "select 1 as one")).toEqual([{ one: 1 }]);
  expect(again.url).toBe(server.url);
});
