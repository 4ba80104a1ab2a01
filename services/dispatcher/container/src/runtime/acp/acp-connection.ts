import { Readable, Writable } from "node:stream";
import {
  client,
  methods,
  ndJsonStream,
  PROTOCOL_VERSION,
  RequestError,
  type ClientContext,
  type SessionNotification,
} from "@agentclientprotocol/sdk";
import { z } from "zod";
import { lastWords, startAgentProcess, type AgentProcess } from "../agent-process.ts";
import type { AgentLaunch } from "../agent-runtime.ts";
import { StartError } from "../start-error.ts";
import { acpEnvironment, acpHome } from "./acp-environment.ts";
import type { AcpCommand, AcpProgram } from "./acp-program.ts";
import { choosePermission } from "./choose-permission.ts";

/** How an ACP program is started. */
export interface AcpStart {
  command: AcpCommand;
  profile: AcpProgram["profile"];
  /** From the spawn to its first answer. */
  startMs: number;
}

/** An ACP program that answers. */
export interface AcpConnection {
  readonly agent: ClientContext;
  /** What it says it can. */
  readonly can: { http: boolean; load: boolean; resume: boolean; list: boolean };
  readonly version: string;
  /** How it can be logged in to, for people. */
  readonly logins: readonly string[];
  readonly exited: Promise<string>;
  /** When something came from it last; milliseconds since 1970. */
  readonly heardAt: () => number;
  /** Hears what it tells of all its sessions; the answer ends that. */
  readonly onUpdate: (listener: (update: SessionNotification) => void) => () => void;
  /** True afterwards: nothing of it lives, and its record is gone. */
  readonly stop: () => Promise<void>;
}

/** Larger than any message of use to us; the process that sends one is cut off. */
const maxMessageBytes = 16 * 1024 * 1024;

const introduction = z.object({
  protocolVersion: z.number(),
  agentCapabilities: z
    .object({
      loadSession: z.boolean().default(false),
      mcpCapabilities: z.object({ http: z.boolean().default(false) }).prefault({}),
      // What is there is offered.
      sessionCapabilities: z.record(z.string(), z.unknown()).default({}),
    })
    .prefault({}),
  agentInfo: z.object({ version: z.string() }).nullish(),
  authMethods: z.array(z.object({ name: z.string() })).nullish(),
});

/** A call was not answered in time. */
class LateError extends Error {
  override readonly name = "LateError";
}

/** A call that must be answered within the time; an error that says which one was not. */
export async function within<T>(ms: number, call: string, promise: Promise<T>): Promise<T> {
  const over = Promise.withResolvers<never>();
  const timer = setTimeout(() => over.reject(new LateError(`no answer to ${call} within ${ms} ms`)), ms);
  try {
    return await Promise.race([promise, over.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function streamsOf({ child }: AgentProcess): { input: Writable; output: Readable } {
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error("an ACP program was started without its streams");
  return { input: stdin, output: stdout };
}

/** The two ends of the protocol over a process's streams. */
function connect(process: AgentProcess, launch: AgentLaunch) {
  const listeners = new Set<(update: SessionNotification) => void>();
  const { input, output } = streamsOf(process);
  let heardAt = Date.now();
  output.on("data", () => (heardAt = Date.now()));
  const connection = client({ name: "gastown" })
    .onRequest(methods.client.session.requestPermission, ({ params }) => choosePermission(params, launch))
    .onNotification(methods.client.session.update, ({ params }) => {
      for (const listener of listeners) listener(params);
    })
    .connect(ndJsonStream(Writable.toWeb(input), Readable.toWeb(output), { maxMessageBytes }));
  return { connection, listeners, heardAt: () => heardAt };
}

async function introduce(agent: ClientContext): Promise<z.infer<typeof introduction>> {
  const answer: unknown = await agent.request(methods.agent.initialize, {
    protocolVersion: PROTOCOL_VERSION,
    // Files and commands are its own affair: it works in its worktree, in its container.
    clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
    clientInfo: { name: "gastown", version: "1" },
  });
  const read = introduction.safeParse(answer);
  if (!read.success)
    throw new StartError("bad_answer", `the agent program's introduction is not understood: ${read.error.message}`);
  if (read.data.protocolVersion !== PROTOCOL_VERSION) {
    const why = `the agent program speaks version ${read.data.protocolVersion} of ACP, and this host ${PROTOCOL_VERSION}`;
    throw new StartError("bad_answer", why);
  }
  return read.data;
}

/** `ended`: how its process ended, which it has by now, of itself or because it was made to. */
function failureOf(cause: unknown, ended: string): StartError {
  if (cause instanceof StartError) return cause;
  if (cause instanceof LateError)
    return new StartError("timeout", `the agent program gave ${cause.message}`, { cause });
  if (cause instanceof RequestError)
    return new StartError("bad_answer", `the agent program refused to begin: ${cause.message}`, { cause });
  return new StartError("crashed", `the agent program ended while it started (${ended})`, { cause });
}

/** Throws when the process ends, or when nobody wants it any more. */
function interrupted({ exited }: AgentProcess, signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  void exited.then((reason) => reject(new Error(`it ended (${reason})`)));
  signal.addEventListener("abort", () => reject(new Error("it is not wanted any more")), { once: true });
  promise.catch(() => undefined);
  return promise;
}

function isOffered(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** What it says of itself. */
function toldBy({ agentCapabilities, agentInfo, authMethods }: z.infer<typeof introduction>) {
  const { mcpCapabilities, loadSession: load, sessionCapabilities } = agentCapabilities;
  const { list, resume } = sessionCapabilities;
  return {
    can: { http: mcpCapabilities.http, load, resume: isOffered(resume), list: isOffered(list) },
    version: agentInfo?.version ?? "unknown",
    logins: (authMethods ?? []).map(({ name }) => name),
  };
}

/**
 * Starts an ACP program and introduces the host to it. Throws `StartError`: `unavailable`, `crashed`, `timeout`, or `bad_answer` when it
 * speaks another version of the protocol.
 */
export async function openConnection(
  program: AcpStart,
  launch: AgentLaunch,
  signal: AbortSignal,
): Promise<AcpConnection> {
  const { file, args } = program.command;
  const env = acpEnvironment(program.profile, launch);
  const home = acpHome(program.profile, launch.home);
  const process = await startAgentProcess({ command: file, args, env, home, talks: true }, launch);
  const { exited } = process;
  const { connection, listeners, heardAt } = connect(process, launch);
  const { agent } = connection;
  const stop = async (): Promise<void> => {
    await process.stop();
    // Its sessions have heard of it by then, so that nothing is said to nobody.
    await exited;
    connection.close();
  };
  const onUpdate: AcpConnection["onUpdate"] = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  try {
    const met = Promise.race([introduce(agent), interrupted(process, signal)]);
    const told = toldBy(await within(program.startMs, "initialize", met));
    return { agent, ...told, exited, heardAt, onUpdate, stop };
  } catch (cause) {
    await stop();
    signal.throwIfAborted();
    const { kind, message } = failureOf(cause, await exited);
    throw new StartError(kind, `${message}; it wrote: ${lastWords(launch)}`, { cause });
  }
}
