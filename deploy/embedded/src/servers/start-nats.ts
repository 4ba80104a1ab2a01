import { writeFile } from "node:fs/promises";
import { missingCapabilities, natsConfig, natsUsers } from "@gastown/bus";
import { isAlive, killGroup, type ProcessRecord, startGroup } from "@gastown/service";
import { z } from "zod";
import { findNatsServer } from "@gastown/docker/find-nats-server";
import type { Installation } from "../installation.ts";
import { firstBytes } from "./first-bytes.ts";
import { keepRunning } from "./keep-running.ts";
import { processRecord } from "./process-record.ts";
import { waitUntilReady } from "./wait-until.ts";

const kept = z.object({ record: processRecord, port: z.int(), version: z.string() });
const stopGraceMs = 10_000;

export interface NatsInUse {
  url: string;
  /** Null for a server that is not ours: the connection tells. */
  version: string | null;
  /** Where it came from, for people. */
  source: string;
  /** What the version lacks, one line each. */
  missing: string[];
  /** How a user of ours connects. */
  login(user: string): { user?: string; password?: string };
  stop(): Promise<void>;
}

/** A NATS server for this installation: the one of `NATS_URL`, ours that still runs, or a new one on the kept store. */
export async function startNats(installation: Installation): Promise<NatsInUse> {
  const found = await findNatsServer({ env: installation.env, say: installation.say });
  return "url" in found ? givenNats(found.url, installation) : await ownNats(found, installation);
}

function givenNats(url: string, { env }: Installation): NatsInUse {
  const login = {
    ...(env["NATS_USER"] !== undefined && { user: env["NATS_USER"] }),
    ...(env["NATS_PASSWORD"] !== undefined && { password: env["NATS_PASSWORD"] }),
  };
  return { url, version: null, source: "NATS_URL", missing: [], login: () => login, stop: () => Promise.resolve() };
}

async function ownNats(
  found: { source: string; binary: string; version: string },
  installation: Installation,
): Promise<NatsInUse> {
  const { state, ports, secrets } = installation;
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
    login: (user) => ({ user, password: secrets.nats[user] ?? "" }),
    async stop() {
      await server.release();
      await killGroup(server.record(), { graceMs: stopGraceMs });
      await state.forget("nats.json");
    },
  };
}

async function runningNats({ state }: Installation): Promise<z.infer<typeof kept> | null> {
  const before = await state.read("nats.json", kept);
  if (before === null || !(await isAlive(before.record))) return null;
  return (await firstBytes(before.port))?.startsWith("INFO ") === true ? before : null;
}

async function spawnNats(
  server: { binary: string; version: string; port: number },
  { state, secrets, logFile }: Installation,
): Promise<ProcessRecord> {
  const storeDir = await state.folder("nats");
  const config = state.file("nats.conf");
  await writeFile(config, natsConfig({ version: server.version, port: server.port, storeDir, users: natsUsers }), {
    mode: 0o600,
  });
  const log = logFile("nats-server");
  const passwords = natsUsers.map(({ name, passwordVariable }) => [passwordVariable, secrets.nats[name]]);
  const { record } = startGroup({
    command: server.binary,
    args: ["-c", config],
    cwd: state.path,
    env: Object.fromEntries(passwords),
    stdout: log.fd,
    stderr: log.fd,
  });
  await state.write("nats.json", { record, port: server.port, version: server.version });
  await waitUntilReady(
    { name: "nats-server", record, log: log.path },
    async () => (await firstBytes(server.port)) !== null,
  );
  return record;
}
