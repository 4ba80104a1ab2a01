import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { accountName, issuerOf, missingCapabilities, natsConfig, serverAuth, userCredentials } from "@gastown/bus";
import { isAlive, killGroup, natsEnvironment, parseEnv, type ProcessRecord, startGroup } from "@gastown/service";
import { z } from "zod";
import { findNatsServer } from "@gastown/docker/find-nats-server";
import type { Installation } from "../installation.ts";
import { firstBytes } from "./first-bytes.ts";
import { keepRunning } from "./keep-running.ts";
import { processRecord } from "./process-record.ts";
import { waitUntilReady } from "./wait-until.ts";

const kept = z.object({
  record: processRecord,
  port: z.int(),
  version: z.string(),
  /** Whose users it lets in; none: those of an earlier version, with passwords. */
  account: z.string().optional(),
});
/** How a server that is not ours is reached; its URL was looked at already. */
const given = z.object({
  ...natsEnvironment.omit({ NATS_URL: true }).shape,
  CONTAINER_NATS_ISSUER: z.string().optional(),
});
const stopGraceMs = 10_000;

export interface NatsInUse {
  url: string;
  /** Null for a server that is not ours: the connection tells. */
  version: string | null;
  /** Where it came from, for people. */
  source: string;
  /** What the version lacks, one line each. */
  missing: string[];
  /** How a service connects. */
  login(name: string): Login;
  /** Makes containers' own credentials; undefined: they connect as the dispatcher does. */
  issuer: string | undefined;
  /** The file with which people connect; null for a server that is not ours. */
  credentialsFile: string | null;
  stop(): Promise<void>;
}

type Login = Record<"user" | "password" | "credentials", string | undefined>;

/** A NATS server for this installation: the one of `NATS_URL`, ours that still runs, or a new one on the kept store. */
export async function startNats(installation: Installation): Promise<NatsInUse> {
  const found = await findNatsServer({ env: installation.env, say: installation.say });
  return "url" in found ? givenNats(found.url, installation) : await ownNats(found, installation);
}

function givenNats(url: string, { env }: Installation): NatsInUse {
  const { NATS_USER: user, NATS_PASSWORD: password, NATS_CREDENTIALS: credentials, ...more } = parseEnv(given, env);
  return {
    url,
    version: null,
    source: "NATS_URL",
    missing: [],
    login: () => ({ user, password, credentials }),
    issuer: more.CONTAINER_NATS_ISSUER,
    credentialsFile: null,
    stop: () => Promise.resolve(),
  };
}

async function ownNats(
  found: { source: string; binary: string; version: string },
  installation: Installation,
): Promise<NatsInUse> {
  const { state, ports, secrets } = installation;
  const keys = secrets.busKeys;
  const before = await runningNats(installation);
  const port = before?.port ?? (await ports.choose("nats"));
  const start = () => spawnNats({ binary: found.binary, version: found.version, port }, installation);
  const first = before?.record ?? (await start());
  const version = before?.version ?? found.version;
  const server = keepRunning({ name: "nats-server", first, start, logger: installation.logger, say: installation.say });
  return {
    url: `nats://127.0.0.1:${port}`,
    version,
    source: before === null ? found.source : "runs since before",
    missing: missingCapabilities(version),
    login: (name) => ({ user: undefined, password: undefined, credentials: userCredentials(keys, name) }),
    issuer: issuerOf(keys),
    credentialsFile: await writeCredentials(installation),
    async stop() {
      await server.release();
      await killGroup(server.record(), { graceMs: stopGraceMs });
      await state.forget("nats.json");
    },
  };
}

/** The credentials of people, for the nats command. */
async function writeCredentials({ state, secrets }: Installation): Promise<string> {
  const file = state.file("ops.creds");
  await writeFile(file, userCredentials(secrets.busKeys, "ops"), { mode: 0o600 });
  return file;
}

async function runningNats({ state, secrets }: Installation): Promise<z.infer<typeof kept> | null> {
  const before = await state.read("nats.json", kept);
  if (before === null || !(await isAlive(before.record))) return null;
  if (before.account !== accountName(secrets.busKeys)) {
    await killGroup(before.record, { graceMs: stopGraceMs });
    return null;
  }
  return (await firstBytes(before.port))?.startsWith("INFO ") === true ? before : null;
}

async function spawnNats(
  server: { binary: string; version: string; port: number },
  { state, secrets, logFile }: Installation,
): Promise<ProcessRecord> {
  const storeDir = await state.folder("nats");
  const { version, port } = server;
  const account = accountName(secrets.busKeys);
  await adoptStreams(join(storeDir, "jetstream"), account);
  const config = state.file("nats.conf");
  const auth = serverAuth(secrets.busKeys, version);
  await writeFile(config, natsConfig({ version, port, storeDir, auth }), { mode: 0o600 });
  const log = logFile("nats-server");
  const { record } = startGroup({
    command: server.binary,
    args: ["-c", config],
    cwd: state.path,
    env: {},
    stdout: log.fd,
    stderr: log.fd,
  });
  await state.write("nats.json", { record, port, version, account });
  await waitUntilReady({ name: "nats-server", record, log: log.path }, async () => (await firstBytes(port)) !== null);
  return record;
}

/** Streams that an earlier version kept for everybody become the account's. */
async function adoptStreams(folder: string, account: string): Promise<void> {
  try {
    await rename(join(folder, "$G"), join(folder, account));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    // There are none, or the account has streams of its own.
    if (code !== "ENOENT" && code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
  }
}
