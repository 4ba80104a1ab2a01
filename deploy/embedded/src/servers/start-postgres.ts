import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { promisify } from "node:util";
import { isAlive, killGroup, type ProcessRecord, recordOf, startGroup } from "@gastown/service";
import {
  findPostgresProgram,
  makePostgresData,
  mayEnter,
  type PostgresProgram,
  sharedFolder,
} from "@gastown/testkit/postgres-program";
import { z } from "zod";
import type { Installation } from "../installation.ts";
import { firstBytes } from "./first-bytes.ts";
import { keepRunning } from "./keep-running.ts";
import { waitUntilEnded, waitUntilReady } from "./wait-until.ts";

const run = promisify(execFile);
const place = z.object({ dataDir: z.string() });
const stopGraceMs = 15_000;
const startTries = 10;
/** "Do you speak TLS?" (SSLRequest): answered with one letter by every Postgres that takes connections. */
const sslRequest = Uint8Array.from([0, 0, 0, 8, 4, 210, 22, 47]);
const settings = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "max_connections=200",
  "log_min_duration_statement=1000",
];

export interface PostgresInUse {
  url: string;
  /** Null for a server that is not ours. */
  version: string | null;
  source: string;
  stop(): Promise<void>;
}

/** A Postgres for this installation: the one of `DATABASE_URL`, ours that still runs, or a new one on the kept data. */
export async function startPostgres(installation: Installation): Promise<PostgresInUse> {
  const { env, say, secrets, logger } = installation;
  const given = env["DATABASE_URL"];
  if (given) return { url: given, version: null, source: "DATABASE_URL", stop: () => Promise.resolve() };
  const program = await findPostgresProgram(say);
  const dataDir = await dataFolder(program, installation);
  if (!(await isInitialised(dataDir, program))) await initialise(dataDir, program, installation);
  const before = await runningPostgres(dataDir);
  const port = await installation.ports.choose("postgres", before === null ? {} : { wanted: before.port, ours: true });
  const start = () => spawnPostgres({ program, dataDir, port }, installation);
  const first = before?.record ?? (await start());
  const server = keepRunning({ name: "postgres", first, start, logger, say });
  return {
    url: `postgres://postgres:${secrets.postgresPassword}@127.0.0.1:${port}/postgres`,
    version: program.version,
    source: before === null ? "embedded" : "embedded, runs since before",
    async stop() {
      await server.release();
      await stopPostgres(server.record());
    },
  };
}

/** SIGINT asks Postgres to end its sessions, write what is open and stop ("fast shutdown"); it is asked at its first process only. */
async function stopPostgres(record: ProcessRecord): Promise<void> {
  if (await isAlive(record)) process.kill(record.pid, "SIGINT");
  await waitUntilEnded(record, stopGraceMs);
  await killGroup(record, { graceMs: 0 });
}

/** Where the data lies: in the state folder, or in a shared one when the user of Postgres may not get there. */
async function dataFolder(program: PostgresProgram, { state, say }: Installation): Promise<string> {
  const kept = await state.read("postgres.json", place);
  if (kept !== null) return kept.dataDir;
  let dataDir = state.file("postgres");
  if (!(await mayEnter(state.path, program.user))) {
    dataDir = join(sharedFolder, `data-${randomBytes(6).toString("hex")}`);
    say(`the user postgres may not enter ${state.path}: its data lies in ${dataDir}`);
  }
  await state.write("postgres.json", { dataDir });
  return dataDir;
}

async function isInitialised(dataDir: string, program: PostgresProgram): Promise<boolean> {
  const major = await textOf(join(dataDir, "PG_VERSION"));
  if (major === null) return false;
  const wanted = program.version.split(".")[0];
  if (major.trim() !== wanted) {
    throw new Error(
      `${dataDir} was made by Postgres ${major.trim()}, this is ${wanted}: use the older checkout, or another --state`,
    );
  }
  return true;
}

/** Makes the data folder beside its place and moves it there when it is whole, so that a start that is cut off leaves no half one. */
async function initialise(
  dataDir: string,
  program: PostgresProgram,
  { state, secrets, say }: Installation,
): Promise<void> {
  say(`making the database (Postgres ${program.version}) ...`);
  const fresh = `${dataDir}.new`;
  await rm(fresh, { recursive: true, force: true });
  if (dirname(dataDir) !== state.path) await mkdir(dirname(dataDir), { recursive: true, mode: 0o755 });
  try {
    await makePostgresData(program, { dataDir: fresh, password: secrets.postgresPassword });
    await rename(fresh, dataDir);
  } catch (cause) {
    throw new Error("the database could not be made", { cause });
  }
}

/** The Postgres that runs on the data folder, by the file it keeps there; a file that a dead one left is removed. */
async function runningPostgres(dataDir: string): Promise<{ record: ProcessRecord; port: number } | null> {
  const file = join(dataDir, "postmaster.pid");
  const lines = (await textOf(file))?.split("\n");
  if (lines === undefined) return null;
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  if (pid > 0 && port > 0 && (await commandOf(pid)).includes(dataDir))
    return { record: recordOf(pid, `postgres -D ${dataDir}`), port };
  // Its pid may belong to any other program by now, and then Postgres would refuse to start.
  await rm(file, { force: true });
  return null;
}

async function commandOf(pid: number): Promise<string> {
  try {
    return (await run("ps", ["-ww", "-o", "command=", "-p", String(pid)], { timeout: 5_000 })).stdout;
  } catch {
    return ""; // ps ends with 1 when there is no such process
  }
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** Starts it; after a crash it may refuse as long as sessions of the dead one still end, so that it is tried for some seconds. */
async function spawnPostgres(
  server: { program: PostgresProgram; dataDir: string; port: number },
  installation: Installation,
): Promise<ProcessRecord> {
  const log = installation.logFile("postgres");
  for (let tried = 1; ; tried += 1) {
    await runningPostgres(server.dataDir);
    const { record } = startGroup({
      command: server.program.postgres,
      args: ["-D", server.dataDir, "-p", String(server.port), ...settings.flatMap((setting) => ["-c", setting])],
      cwd: "/",
      env: { LC_ALL: "C" },
      stdout: log.fd,
      stderr: log.fd,
      ...(server.program.user !== null && { user: server.program.user }),
    });
    try {
      const ready = async () => (await firstBytes(server.port, sslRequest)) !== null;
      await waitUntilReady({ name: "Postgres", record, log: log.path }, ready, 60_000);
      return record;
    } catch (error) {
      if (tried === startTries || (await isAlive(record))) throw error;
      await wait(500);
    }
  }
}
