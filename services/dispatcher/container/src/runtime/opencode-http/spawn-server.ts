import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { freePort } from "@gastown/service";
import { z } from "zod";
import { lastWords, startAgentProcess } from "../agent-process.ts";
import type { AgentLaunch } from "../agent-runtime.ts";
import { StartError, startFailureOf } from "../start-error.ts";
import type { Flavour } from "./flavours.ts";
import { createServerClient, type ServerClient } from "./server-client.ts";
import { serverEnv, serverHome } from "./server-setup.ts";

/** How a server is started. */
export interface ServerProgram {
  flavour: Flavour;
  binary: string;
  /** From the spawn to the first answer. */
  startMs: number;
}

/** A server process that answers. */
export interface SpawnedServer {
  client: ServerClient;
  version: string;
  exited: Promise<string>;
  /** True afterwards: nothing of it lives, and its record is gone. */
  stop: () => Promise<void>;
}

const probeMs = 2_000;
const probeEveryMs = 100;
/** A port that was free may be taken by the time the server wants it. */
const attempts = 2;

const health = z.object({ healthy: z.literal(true), version: z.string() });

interface Process {
  url: string;
  password: string;
  exited: Promise<string>;
  stop: () => Promise<void>;
}

async function spawn(program: ServerProgram, launch: AgentLaunch): Promise<Process> {
  const port = await freePort();
  const password = randomBytes(24).toString("base64url");
  const { exited, stop } = await startAgentProcess(
    {
      command: program.binary,
      args: ["serve", "--hostname=127.0.0.1", `--port=${port}`],
      env: serverEnv(program.flavour, launch, password),
      home: serverHome(program.flavour, launch.home),
      talks: false,
    },
    launch,
  );
  return { url: `http://127.0.0.1:${port}`, password, exited, stop };
}

async function probe(client: ServerClient): Promise<string | null> {
  try {
    return health.parse(await client.get("/global/health", probeMs)).version;
  } catch {
    return null;
  }
}

/** The server's version, once it answers; throws when it ends first or the time is over. */
async function untilHealthy(client: ServerClient, server: Process, signal: AbortSignal): Promise<string> {
  let ended: string | null = null;
  void server.exited.then((reason) => (ended = reason));
  for (;;) {
    signal.throwIfAborted();
    const version = await probe(client);
    if (version !== null) return version;
    if (ended !== null) throw new StartError("crashed", `the agent server ended while it started (${String(ended)})`);
    await wait(probeEveryMs, undefined, { signal });
  }
}

async function attempt(program: ServerProgram, launch: AgentLaunch, signal: AbortSignal): Promise<SpawnedServer> {
  const server = await spawn(program, launch);
  const user = program.flavour.folder;
  const client = createServerClient({ url: server.url, directory: launch.cwd, user, password: server.password });
  const deadline = AbortSignal.timeout(program.startMs);
  try {
    const version = await untilHealthy(client, server, AbortSignal.any([signal, deadline]));
    return { client, version, exited: server.exited, stop: server.stop };
  } catch (cause) {
    await server.stop();
    signal.throwIfAborted();
    const why = deadline.aborted ? `the agent server did not answer within ${program.startMs} ms` : String(cause);
    const kind = deadline.aborted ? "timeout" : startFailureOf(cause);
    throw new StartError(kind, `${why}; it wrote: ${lastWords(launch)}`, { cause });
  }
}

/**
 * Starts an agent server in a process group of its own, with a free port and a new password, and waits until it answers.
 * Its record stands in `launch.recordFile` from the spawn until it is stopped. Throws when it does not come up.
 */
export async function spawnServer(
  program: ServerProgram,
  launch: AgentLaunch,
  signal: AbortSignal,
): Promise<SpawnedServer> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt(program, launch, signal);
    } catch (error) {
      if (signal.aborted || tried >= attempts) throw error;
    }
  }
}
