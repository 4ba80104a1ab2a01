import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { connectBus, provision, type Bus } from "@gastown/bus";
import { start as startGateway } from "@gastown/gateway";
import { start as startScm, type ScmConfig } from "@gastown/scm";
import { freePort } from "@gastown/service";
import { createLogger } from "@gastown/telemetry";
import { useServers, type UsedServers } from "@gastown/testkit";
import { start as startTown } from "@gastown/town";
import { afterAll, beforeAll } from "vitest";

export const silent = createLogger("test", { level: "silent" });
export const adminToken = "e2e-admin-token-0123456789";

interface Answer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever was answered
  body: any;
}

export interface UsedGateway extends UsedServers {
  readonly url: string;
  readonly bus: Bus;
  /** Where scm listens, for git and webhooks. */
  readonly scmUrl: string;
  /** A folder of the test's own. */
  readonly folder: string;
  /** Ends with the file's tests. */
  readonly signal: AbortSignal;
  readonly call: (
    path: string,
    options?: { method?: string; body?: unknown; headers?: Record<string, string> },
  ) => Promise<Answer>;
  /** Ends the gateway and starts another one on the same address; what is given is done in between. */
  restartGateway(meanwhile?: () => Promise<void>): Promise<void>;
}

interface Started {
  bus: Bus;
  ended: AbortController;
  folder: string;
  scmUrl: string;
  gateway: Awaited<ReturnType<typeof startGateway>>;
  services: { close(): Promise<void> }[];
  restart(meanwhile?: () => Promise<void>): Promise<void>;
}

/** The town, the forge and a gateway in this process, on real NATS and Postgres; no agents run. */
export function useTownAndGateway(more: { scm?: Partial<ScmConfig> } = {}): UsedGateway {
  const servers = useServers();
  let started: Started | undefined;
  const running = (): Started => {
    if (started === undefined) throw new Error("the services run inside hooks and tests only");
    return started;
  };
  beforeAll(async () => {
    const ended = new AbortController();
    const { signal } = ended;
    const bus = await connectBus({
      servers: servers.natsUrl,
      name: "test",
      inboxPrefix: "_INBOX_test",
      logger: silent,
    });
    await provision(bus, { logger: silent });
    const folder = await mkdtemp(join(tmpdir(), "gastown-rest-"));
    const shared = { natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl };
    const options = { logger: silent, signal };
    const port = await freePort();
    const gatewayConfig = {
      ...shared,
      host: "127.0.0.1",
      port,
      bootstrapToken: adminToken,
      secretKey: "5e".repeat(32),
      // A verdict that a busy machine gives late is one nevertheless.
      verdictTimeoutMs: 20_000,
    };
    const scmConfig = {
      ...shared,
      host: "127.0.0.1",
      port: await freePort(),
      reposDir: join(folder, "forge"),
      tokenSecret: "s".repeat(32),
      ...more.scm,
    };
    const [town, scm, gateway] = await Promise.all([
      startTown(shared, options),
      startScm(scmConfig, options),
      startGateway(gatewayConfig, options),
    ]);
    const restart = async (meanwhile?: () => Promise<void>): Promise<void> => {
      await running().gateway.close();
      await meanwhile?.();
      running().gateway = await startGateway(gatewayConfig, options);
    };
    started = { bus, ended, folder, scmUrl: scm.url, gateway, services: [town, scm], restart };
  });
  afterAll(async () => {
    if (started === undefined) return;
    for (const service of [started.gateway, ...started.services]) await service.close();
    started.ended.abort();
    await started.bus.close();
    await rm(started.folder, { recursive: true, force: true });
  });
  return Object.defineProperties({} as UsedGateway, {
    ...Object.getOwnPropertyDescriptors(servers),
    url: { get: () => running().gateway.url },
    bus: { get: () => running().bus },
    scmUrl: { get: () => running().scmUrl },
    folder: { get: () => running().folder },
    signal: { get: () => running().ended.signal },
    restartGateway: { value: (meanwhile?: () => Promise<void>) => running().restart(meanwhile) },
    call: { value: (path: string, options = {}) => call(running().gateway.url + path, options) },
  });
}

async function call(
  url: string,
  { method, body, headers = {} }: { method?: string; body?: unknown; headers?: Record<string, string> },
): Promise<Answer> {
  const answer = await fetch(url, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      authorization: `Bearer ${adminToken}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}

const author = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
const execute = promisify(execFile);

/** Runs git in a folder; answers what it printed. Never synchronous: the forge answers from this very process. */
export async function git(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await execute("git", [...author, ...args], { cwd: folder });
  return stdout.trim();
}

/** A repository with one commit on `main`; answers its path. */
export async function makeRepository(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await git(folder, "init", "-q", "-b", "main", path);
  await writeFile(join(path, "README.md"), "# sample\n");
  await git(path, "add", ".");
  await git(path, "commit", "-q", "-m", "first");
  return path;
}
