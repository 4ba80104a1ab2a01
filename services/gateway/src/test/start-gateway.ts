import { connectBus, provision, type Bus } from "@gastown/bus";
import { createLogger } from "@gastown/telemetry";
import { freePort } from "@gastown/service";
import { useServers, type UsedServers } from "@gastown/testkit";
import { afterAll, beforeAll } from "vitest";
import type { GatewayConfig } from "../config.ts";
import { start } from "../wiring.ts";

export const silent = createLogger("test", { level: "silent" });
export const adminToken = "test-admin-token-0123456789";

interface Answer {
  status: number;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever was answered
  body: any;
}

interface CallOptions {
  method?: string;
  token?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface UsedGateway extends UsedServers {
  readonly url: string;
  /** A connection of the test's own, as a service has one. */
  readonly bus: Bus;
  /** Ends with the file's tests. */
  readonly signal: AbortSignal;
  call(path: string, options?: CallOptions): Promise<Answer>;
}

interface Started {
  bus: Bus;
  ended: AbortController;
  gateway: Awaited<ReturnType<typeof start>>;
}

/** A gateway on real NATS and Postgres for the tests of one file. Owners are absent unless the file answers for them. */
export function useGateway(config: Partial<GatewayConfig> = {}): UsedGateway {
  const servers = useServers();
  let started: Started | undefined;
  const running = (): Started => {
    if (started === undefined) throw new Error("the gateway runs inside hooks and tests only");
    return started;
  };
  beforeAll(async () => {
    const ended = new AbortController();
    const bus = await connectBus({
      servers: servers.natsUrl,
      name: "test",
      inboxPrefix: "_INBOX_test",
      logger: silent,
    });
    await provision(bus, { logger: silent });
    const gateway = await start(
      {
        natsUrl: servers.natsUrl,
        databaseUrl: servers.databaseUrl,
        host: "127.0.0.1",
        port: await freePort(),
        bootstrapToken: adminToken,
        // Owners answer at once; these are for those that a busy machine keeps from it.
        verdictTimeoutMs: 30_000,
        queryTimeoutMs: 30_000,
        ...config,
      },
      { logger: silent, signal: ended.signal },
    );
    started = { bus, ended, gateway };
  });
  afterAll(async () => {
    if (started === undefined) return;
    await started.gateway.close();
    started.ended.abort();
    await started.bus.close();
  });
  return Object.defineProperties({} as UsedGateway, {
    ...Object.getOwnPropertyDescriptors(servers),
    url: { get: () => running().gateway.url },
    bus: { get: () => running().bus },
    signal: { get: () => running().ended.signal },
    call: { value: (path: string, options: CallOptions = {}) => call(running().gateway.url + path, options) },
  });
}

async function call(url: string, { method, token = adminToken, body, headers = {} }: CallOptions): Promise<Answer> {
  const raw = typeof body === "string" || body instanceof Uint8Array;
  const answer = await fetch(url, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: raw ? (body as string) : JSON.stringify(body) }),
    redirect: "manual",
  });
  const text = await answer.text();
  const json = answer.headers.get("content-type")?.includes("json");
  return { status: answer.status, headers: answer.headers, body: json ? JSON.parse(text) : text };
}
