import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  answer,
  connectBus,
  consumeCommands,
  newEnvelope,
  provision,
  QueryError,
  sendCommand,
  tellVerdict,
} from "@gastown/bus";
import {
  getAgent,
  reportAgent,
  reportHeartbeat,
  startAgent,
  type AgentView,
  type DataOf,
  type MayorJob,
} from "@gastown/contracts";
import { start as startDispatcher, type DispatcherConfig } from "@gastown/dispatcher";
import { connectDatabase } from "@gastown/db";
import { sql } from "@gastown/db/drizzle";
import { start as startGateway } from "@gastown/gateway";
import { createLogger } from "@gastown/telemetry";
import { eventually, scriptText, startScriptedModel, useServers } from "@gastown/testkit";
import { afterAll, beforeAll, expect } from "vitest";
import { WebSocket } from "ws";

const logger = createLogger("test", { level: process.env["TEST_LOG_LEVEL"] ?? "silent" });
const adminToken = "e2e-admin-token-0123456789";
export const town = "t1";
export const agent = "hq-1";
/** Agent servers need seconds of processor time, and the machine may be busy with others. */
export const patient = { timeoutMs: 90_000 };

const job: MayorJob = {
  agent,
  generation: 1,
  name: "Mayor",
  identity: "mayor",
  role: "mayor",
  rig: null,
  bead: { bead: agent, type: "agent", title: "Mayor", body: scriptText([{ text: "Hello." }]) },
  branch: null,
  base: null,
  review: null,
  feedback: null,
  checkpoint: null,
  model: null,
  instructions: [],
  env: {},
  molecule: null,
  kind: "task",
};

const view: AgentView = {
  agent,
  name: "Mayor",
  identity: "mayor",
  role: "mayor",
  rig: null,
  status: "idle",
  hook: null,
  generation: 1,
  aliveAt: null,
  activeAt: null,
  statusMessage: null,
  stalledAt: null,
  model: null,
  createdAt: new Date().toISOString(),
};

// oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever was sent
type Frame = any;

/** A socket of a terminal, with all it was sent. */
interface Screen {
  ws: WebSocket;
  frames: Frame[];
  /** The output so far. */
  text(): string;
  /** The number of the newest piece. */
  last(): number;
  /** Waits until the output holds this. */
  shows(what: string): Promise<unknown>;
  /** Waits for a frame of this type. */
  frame(type: string): Promise<Frame>;
  type(data: string): void;
  say(message: unknown): void;
  closed: Promise<{ code: number; reason: string }>;
  leave(): Promise<void>;
}

interface Ticket {
  mode: "write" | "watch";
  session?: string | null;
  program?: "shell" | "agent";
}

/**
 * Two gateways, a dispatcher and a container with a mayor in a real agent server, on real NATS and Postgres. The test is in the town's
 * place: it says which agents there are, and hears what the dispatcher tells.
 */
export function useTerminals() {
  const servers = useServers();
  const closing: (() => Promise<unknown>)[] = [];
  const urls: string[] = [];
  const beats: DataOf<typeof reportHeartbeat>["agents"] = [];
  const states: string[] = [];
  let dispatch: ((limits: DispatcherConfig["limits"]) => Promise<void>) | null = null;

  async function begin(): Promise<void> {
    const { natsUrl, databaseUrl } = servers;
    const ended = new AbortController();
    const { signal } = ended;
    const bus = await connectBus({ servers: natsUrl, name: "test", inboxPrefix: "_INBOX_test", logger });
    closing.unshift(() => bus.close());
    await provision(bus, { logger });
    const stateDir = await mkdtemp(join(tmpdir(), "gastown-terminal-"));
    closing.unshift(() => rm(stateDir, { recursive: true, force: true }));
    const model = await startScriptedModel();
    closing.unshift(() => model.close());
    const asTown = consumeCommands(bus, {
      owner: "town",
      service: "town",
      handle: ({ envelope }) => {
        if (envelope.type === reportHeartbeat.type)
          beats.push(...(envelope.data as DataOf<typeof reportHeartbeat>).agents);
        if (envelope.type === reportAgent.type) states.push((envelope.data as DataOf<typeof reportAgent>).state);
        tellVerdict(bus, "town", town, { command: envelope.id, outcome: "applied" });
        return Promise.resolve({ outcome: "applied" });
      },
      logger,
      signal,
    });
    closing.unshift(() => (ended.abort(), asTown.done));
    answer(
      bus,
      getAgent,
      (_, asked) =>
        [agent, "hq-2"].includes(asked.agent)
          ? Promise.resolve({ seq: 1, data: { ...view, agent: asked.agent } })
          : Promise.reject(new QueryError("not_found", `There is no agent ${asked.agent}.`)),
      { logger, signal },
    );
    for (const port of [0, 0]) {
      const config = { natsUrl, databaseUrl, host: "127.0.0.1", port, bootstrapToken: adminToken, pingMs: 2_000 };
      const gateway = await startGateway(config, { logger, signal });
      closing.unshift(() => gateway.close());
      urls.push(gateway.url);
    }
    let current: { close(): Promise<void> } | null = null;
    const closeCurrent = () => current?.close() ?? Promise.resolve();
    closing.unshift(closeCurrent);
    const startAnother = async (over: Partial<DispatcherConfig>): Promise<void> => {
      await closeCurrent();
      current = await startDispatcher(
        {
          natsUrl,
          databaseUrl,
          runtime: "process",
          stateDir,
          container: { agentRuntime: "opencode", modelUrl: model.url, modelName: "scripted", heartbeatMs: 500 },
          stopGraceMs: 30_000,
          ...over,
        },
        { logger, signal },
      );
    };
    dispatch = (limits) => startAnother({ limits });
    await startAnother({});
    closing.unshift(() => startAnother({ stopContainersOnClose: true }));
    const envelope = newEnvelope(startAgent, { town, data: job, actor: "service:town", source: "/town" });
    await sendCommand(bus, startAgent, envelope, { timeoutMs: 30_000 });
    await eventually(() => states.includes("running"), patient);
  }
  beforeAll(begin, 120_000);
  afterAll(async () => {
    for (const close of closing) await close();
  }, 120_000);

  async function call(path: string, body: unknown, token = adminToken, method = "POST") {
    const answered = await fetch(`${urls[0] ?? ""}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const { data, code } = (await answered.json()) as Record<string, Frame>;
    return { status: answered.status, data, code };
  }
  const ticketFor = (wanted: Ticket, { of = agent, token = adminToken } = {}) =>
    call(`/v1/towns/${town}/agents/${of}/terminal/tickets`, wanted, token);

  function connect(ticket: string | null, { query = "", of = agent, at = 0, headers = {} } = {}): WebSocket {
    const protocols = ["gastown.v1", ...(ticket === null ? [] : [`gastown.ticket.${ticket}`])];
    const path = `/v1/towns/${town}/agents/${of}/terminal${query}`;
    return new WebSocket((urls[at] ?? "").replace("http", "ws") + path, protocols, { headers });
  }
  async function open(ticket: string, options: Parameters<typeof connect>[1] = {}): Promise<Screen> {
    const ws = connect(ticket, options);
    const frames: Frame[] = [];
    ws.on("message", (data) => frames.push(JSON.parse((data as Buffer).toString())));
    const closed = once(ws, "close").then(([code, reason]) => ({ code: code as number, reason: String(reason) }));
    await once(ws, "open");
    const output = () => frames.filter(({ type }) => type === "output");
    const say = (message: unknown): void => ws.send(JSON.stringify(message));
    const text = () =>
      output()
        .map(({ data }) => data as string)
        .join("");
    return {
      ws,
      frames,
      text,
      last: () => output().at(-1)?.seq ?? 0,
      shows: (what) => eventually(() => expect(text()).toContain(what), patient),
      async frame(type) {
        const look = () =>
          frames.find((frame) => [type, "refused", "ended"].includes(frame.type)) ??
          (ws.readyState === ws.CLOSED ? "closed" : null);
        const found = await eventually(look, patient);
        if (found.type !== type) throw new Error(`no ${type}, but ${JSON.stringify(found)}`);
        return found;
      },
      type: (data) => say({ type: "input", data }),
      say,
      closed,
      async leave() {
        ws.close();
        await closed;
      },
    };
  }
  const screen = async (wanted: Ticket, query = "", at = 0) =>
    open((await ticketFor(wanted)).data.ticket, { query, at });
  /** All tickets there are are over. */
  async function age(): Promise<void> {
    const db = await connectDatabase({ url: servers.databaseUrl, schema: "gateway", name: "test", logger });
    await db.drizzle.execute(sql`update terminal_tickets set expires_at = now()`);
    await db.close();
  }
  /** The status and the code of a handshake that is refused. */
  async function refused(ticket: string | null, options: Parameters<typeof connect>[1] = {}): Promise<string> {
    const ws = connect(ticket, options);
    ws.on("error", () => undefined);
    const [, response] = (await once(ws, "unexpected-response")) as [
      unknown,
      AsyncIterable<Buffer> & { statusCode: number },
    ];
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part);
    ws.terminate();
    return `${response.statusCode} ${JSON.parse(Buffer.concat(parts).toString()).code}`;
  }
  return {
    call,
    ticketFor,
    open,
    screen,
    refused,
    age,
    beats,
    states,
    url: (at = 0) => urls[at] ?? "",
    token: adminToken,
    /** Another dispatcher in the place of the one there is; it takes the container over. */
    dispatch: (limits: DispatcherConfig["limits"]) => dispatch?.(limits),
  };
}
