import { setTimeout as wait } from "node:timers/promises";
import type { Logger } from "@gastown/telemetry";
import { z } from "zod";
import { ModelError } from "../model-error.ts";
import { StartError } from "../start-error.ts";
import type { AgentEvent, AgentLaunch, AgentRuntime, AgentServer, AgentSession, Opening } from "../agent-runtime.ts";
import { agentBinary } from "./agent-binary.ts";
import { askAgain } from "./ask-again.ts";
import { databaseOf, flavours, type Flavour } from "./flavours.ts";
import { createEventReader } from "./read-event.ts";
import { readPrompts, readSession } from "./read-session.ts";
import type { ServerClient } from "./server-client.ts";
import { providerName, toolServerName } from "./server-setup.ts";
import { createPtyTerminals } from "../../terminal/pty-terminals.ts";
import { spawnServer, type SpawnedServer } from "./spawn-server.ts";
import { createOfflineEnder, unblockServer } from "./unblock-server.ts";

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
/** So many messages of a session are looked through for what was said to it last. */
const rememberedMessages = 100;
const cancelMs = 3_000;

const session = z.object({
  id: z.string(),
  model: z.object({ id: z.string(), providerID: z.string() }).optional(),
});
const toolServers = z.record(z.string(), z.object({ status: z.string(), error: z.string().optional() }));
const providers = z.object({
  providers: z.array(z.object({ id: z.string(), models: z.record(z.string(), z.unknown()) })),
});

/** The host's tools are offered by the server; it is told to connect again when its first try failed. */
async function connectTools(client: ServerClient): Promise<void> {
  const state = async () => toolServers.parse(await client.get("/mcp", sessionMs))[toolServerName];
  let now = await state();
  for (let tries = 0; now?.status !== "connected" && tries < 3; tries += 1) {
    await client.post(`/mcp/${toolServerName}/connect`, {});
    now = await state();
  }
  if (now?.status !== "connected") {
    const why = now?.error ?? now?.status ?? "unknown";
    throw new StartError("no_tools", `the agent server could not connect to the host's tools: ${why}`);
  }
}

const inProvider = (name: string) => ({ id: name, providerID: providerName });

/**
 * An old session remembers its model against the configuration, so that it has to be told. This call does it without a message; the
 * other way, a prompt without a reply, leaves an empty turn of the user's in the transcript (tried with both programs).
 */
async function setModel(client: ServerClient, id: string, name: string): Promise<void> {
  // An unknown model is accepted silently and breaks the next turn (runtime.md §3).
  const known = providers.parse(await client.get("/config/providers")).providers.find((p) => p.id === providerName);
  if (known === undefined || !(name in known.models))
    throw new ModelError("unknown", `The agent server knows no model "${name}".`);
  await client.post(`/api/session/${id}/model`, { model: inProvider(name) });
}

async function modelOf(client: ServerClient, id: string): Promise<string | null> {
  const { model } = session.parse(await client.get(`/session/${id}`));
  return model?.providerID === providerName ? model.id : null;
}

/** The session that is to be gone on with, or null when the server does not know it. */
async function findSession(client: ServerClient, id: string | null): Promise<string | null> {
  if (id === null) return null;
  const found = await client.find(`/session/${id}`, sessionMs);
  return found === null ? null : session.parse(found).id;
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

interface Opened {
  id: string;
  resumed: boolean;
  /** The model it had, when that was another one. */
  had: string | null;
  server: AgentServer;
  spawned: SpawnedServer;
  system: string;
  flavour: Flavour;
}

function sessionOf({ id, resumed, had, server, spawned, system, flavour }: Opened): AgentSession {
  const { client } = spawned;
  const endOffline = createOfflineEnder(client);
  return {
    id,
    resumed,
    server,
    ...(had !== null && { had }),
    async prompt(text) {
      const parts = [{ type: "text", text }];
      await client.post(`/session/${id}/prompt_async`, { system, agent: flavour.agent, parts });
    },
    again: () => askAgain(client, { session: id, system, agent: flavour.agent }),
    async cancel() {
      await client.post(`/session/${id}/abort`, {}, cancelMs);
    },
    setModel: (name) => setModel(client, id, name),
    model: () => modelOf(client, id),
    async status() {
      const [statuses, messages] = await Promise.all([
        client.get("/session/status"),
        client.get(`/session/${id}/message?limit=${newestMessages}`),
      ]);
      return readSession(id, statuses, messages);
    },
    prompts: async () => readPrompts(await client.get(`/session/${id}/message?limit=${rememberedMessages}`)),
    async unblock() {
      await unblockServer(client);
      if (flavour.goesOffline) await endOffline(Date.now());
    },
    events: (signal) => events(spawned, signal),
  };
}

interface Program {
  flavour: Flavour;
  binary: string;
}

function serverOf(spawned: SpawnedServer, launch: AgentLaunch, { flavour, binary }: Program): AgentServer {
  const { client, version, exited, stop } = spawned;
  const model = inProvider(launch.model.name);
  let opened: string | null = null;
  const { envPrefix } = flavour;
  const server: AgentServer = {
    version,
    exited,
    stop,
    terminals: createPtyTerminals({ address: client.address, binary, envPrefix, session: () => opened }),
    async open({ title, system, resume }: Opening, signal) {
      const known = await findSession(client, resume);
      signal.throwIfAborted();
      const had = known === null ? null : await modelOf(client, known);
      if (known !== null && had !== model.id) await setModel(client, known, model.id);
      const id = known ?? session.parse(await client.post("/session", { title, model }, sessionMs)).id;
      signal.throwIfAborted();
      opened = id;
      const other = had === model.id ? null : had;
      return sessionOf({ id, resumed: known !== null, had: other, server, spawned, system, flavour });
    },
  };
  return server;
}

/** The runtime for programs with opencode's HTTP API: one server process for each start of an agent. */
export function createOpencodeHttp(options: OpencodeHttpOptions): AgentRuntime {
  const flavour = flavours[options.flavour];
  const binary = agentBinary(flavour, options.agentBin);
  return {
    program: flavour.name,
    databaseOf: (home) => databaseOf(flavour, home),
    async start(launch: AgentLaunch, signal: AbortSignal): Promise<AgentServer> {
      const spawned = await spawnServer({ flavour, binary, startMs: options.startMs }, launch, signal);
      if (spawned.version !== flavour.testedVersion)
        options.logger.warn(
          { program: flavour.name, version: spawned.version, tested: flavour.testedVersion },
          "the agent program is not the version that was tested",
        );
      try {
        await connectTools(spawned.client);
        signal.throwIfAborted();
        return serverOf(spawned, launch, { flavour, binary });
      } catch (error) {
        await spawned.stop();
        throw error;
      }
    },
  };
}
