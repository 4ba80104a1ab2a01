import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "@gastown/telemetry";
import { z } from "zod";
import type { AgentEvent, AgentLaunch, AgentRuntime, AgentServer } from "../agent-runtime.ts";
import { agentBinary } from "./agent-binary.ts";
import { flavours, type Flavour } from "./flavours.ts";
import { createEventReader } from "./read-event.ts";
import { readSession } from "./read-session.ts";
import type { ServerClient } from "./server-client.ts";
import { providerName, toolServerName } from "./server-setup.ts";
import { spawnServer, type SpawnedServer } from "./spawn-server.ts";
import { endOffline, unblockServer } from "./unblock-server.ts";

export interface OpencodeHttpOptions {
  flavour: Flavour["name"];
  agentBin?: string | undefined;
  startMs: number;
  logger: Logger;
}

/** Creating the first session of a directory loads the program's parts (1 s, more on a busy machine). */
const sessionMs = 60_000;
const reconnectMs = 500;
/** Messages may be large, and only the newest ones tell where a turn stands. */
const newestMessages = 4;
const cancelMs = 3_000;

const created = z.object({ id: z.string() });
const toolServers = z.record(z.string(), z.object({ status: z.string(), error: z.string().optional() }));
const providers = z.object({
  providers: z.array(z.object({ id: z.string(), models: z.record(z.string(), z.unknown()) })),
});

/** The host's tools are offered by the server; it is told to connect again when its first try failed. */
async function connectTools(client: ServerClient): Promise<void> {
  const state = async () => toolServers.parse(await client.get("/mcp"))[toolServerName];
  let now = await state();
  for (let tries = 0; now?.status !== "connected" && tries < 3; tries += 1) {
    await client.post(`/mcp/${toolServerName}/connect`, {});
    now = await state();
  }
  if (now?.status !== "connected")
    throw new Error(
      `the agent server could not connect to the host's tools: ${now?.error ?? now?.status ?? "unknown"}`,
    );
}

async function setModel(client: ServerClient, session: string, name: string): Promise<void> {
  // An unknown model is accepted silently and breaks the next turn (runtime.md §3).
  const known = providers.parse(await client.get("/config/providers")).providers.find((p) => p.id === providerName);
  if (known === undefined || !(name in known.models)) throw new Error(`The agent server knows no model "${name}".`);
  const model = { providerID: providerName, modelID: name };
  await client.post(`/session/${session}/message`, { noReply: true, model, parts: [] });
}

async function* events(server: SpawnedServer, signal: AbortSignal): AsyncGenerator<AgentEvent> {
  const read = createEventReader();
  const ended = new AbortController();
  void server.exited.then(() => ended.abort());
  const either = AbortSignal.any([signal, ended.signal]);
  while (!either.aborted) {
    try {
      for await (const event of server.client.events(either)) yield* read(event);
    } catch (error) {
      // There is no replay: what was missed is found by looking.
      if (!either.aborted) yield { kind: "error", message: `the event stream broke: ${String(error)}` };
    }
    if (either.aborted) return;
    yield { kind: "look" };
    await wait(reconnectMs);
  }
}

function serverOf(server: SpawnedServer, session: string, options: { system: string; flavour: Flavour }): AgentServer {
  const { client } = server;
  let offlines = 0;
  return {
    version: server.version,
    exited: server.exited,
    async prompt(text) {
      await client.post(`/session/${session}/prompt_async`, {
        system: options.system,
        agent: options.flavour.agent,
        parts: [{ type: "text", text }],
      });
    },
    async cancel() {
      await client.post(`/session/${session}/abort`, {}, cancelMs);
    },
    setModel: (name) => setModel(client, session, name),
    async status() {
      const [statuses, messages] = await Promise.all([
        client.get("/session/status"),
        client.get(`/session/${session}/message?limit=${newestMessages}`),
      ]);
      return readSession(session, statuses, messages);
    },
    async unblock() {
      await unblockServer(client);
      if (options.flavour.goesOffline) offlines = await endOffline(client, offlines);
    },
    events: (signal) => events(server, signal),
    stop: server.stop,
  };
}

/** The runtime for programs with opencode's HTTP API: one server process and one session per start of an agent. */
export function createOpencodeHttp(options: OpencodeHttpOptions): AgentRuntime {
  const flavour = flavours[options.flavour];
  const binary = agentBinary(flavour, options.agentBin);
  return {
    async start(launch: AgentLaunch, signal: AbortSignal): Promise<AgentServer> {
      const server = await spawnServer({ flavour, binary, startMs: options.startMs }, launch, signal);
      if (server.version !== flavour.testedVersion)
        options.logger.warn(
          { program: flavour.name, version: server.version, tested: flavour.testedVersion },
          "the agent program is not the version that was tested",
        );
      try {
        const title = `${launch.role} ${launch.agent}`;
        const session = created.parse(await server.client.post("/session", { title }, sessionMs));
        await connectTools(server.client);
        signal.throwIfAborted();
        return serverOf(server, session.id, { system: launch.system, flavour });
      } catch (error) {
        await server.stop();
        throw error;
      }
    },
  };
}
