import { basename } from "node:path";
import { methods, RequestError, type McpServer } from "@agentclientprotocol/sdk";
import type { Logger } from "@gastown/telemetry";
import { z } from "zod";
import type { AgentLaunch, AgentRuntime, AgentServer, Opening } from "../agent-runtime.ts";
import { databaseOf, flavours } from "../opencode-http/flavours.ts";
import { toolServerName } from "../opencode-http/server-setup.ts";
import { StartError } from "../start-error.ts";
import { openConnection, within, type AcpConnection } from "./acp-connection.ts";
import { acpCommand, type AcpProgram } from "./acp-program.ts";
import { acpSession, type OpenedSession } from "./acp-session.ts";
import { readModelChoice } from "./model-choice.ts";

export interface AcpOptions {
  program: AcpProgram;
  /** Where a program without a path is looked for. */
  path: string;
  startMs: number;
  logger: Logger;
}

/** The first session of a folder loads the program's parts. */
const sessionMs = 60_000;
/** The protocol's error for a program that wants a login first. */
const loginRequired = -32_000;
const maxPages = 20;

const opened = z.looseObject({ sessionId: z.string() });
const listed = z.object({ sessions: z.array(z.object({ sessionId: z.string() })), nextCursor: z.string().nullish() });

function toolServers({ tools }: AgentLaunch): McpServer[] {
  const headers = [{ name: "authorization", value: `Bearer ${tools.token}` }];
  return [{ type: "http", name: toolServerName, url: tools.url, headers }];
}

function openError(cause: unknown, { logins }: AcpConnection): unknown {
  if (!(cause instanceof RequestError)) return cause;
  if (cause.code !== loginRequired)
    return new StartError("bad_answer", `the agent program opened no session: ${cause.message}`, { cause });
  const how = logins.length === 0 ? "" : ` (${logins.join(", ")})`;
  const advice = "give the town, or the rig, the variables it is logged in with";
  return new StartError("unavailable", `the agent program wants a login${how}: ${advice}`, { cause });
}

/** Whether the program has the session, where it can be asked for that; null where it cannot. */
async function isListed({ agent, can }: AcpConnection, id: string, cwd: string): Promise<boolean | null> {
  if (!can.list) return null;
  let cursor: string | null = null;
  for (let page = 0; page < maxPages; page += 1) {
    const asked = agent.request(methods.agent.session.list, { cwd, ...(cursor !== null && { cursor }) });
    const { sessions, nextCursor } = listed.parse(await within(sessionMs, "session/list", asked));
    if (sessions.some(({ sessionId }) => sessionId === id)) return true;
    cursor = nextCursor ?? null;
    if (cursor === null) return false;
  }
  return null;
}

/** The session that is to be gone on with; null when the program does not know it, or cannot go on with any. */
async function resume(connection: AcpConnection, launch: AgentLaunch, id: string): Promise<OpenedSession | null> {
  const { agent, can } = connection;
  if (!can.resume && !can.load) return null;
  const known = await isListed(connection, id, launch.cwd);
  if (known === false) return null;
  const { load, resume: goOn } = methods.agent.session;
  const given = { sessionId: id, cwd: launch.cwd, mcpServers: toolServers(launch) };
  try {
    const asked: Promise<unknown> = can.resume ? agent.request(goOn, given) : agent.request(load, given);
    return { id, resumed: true, choice: readModelChoice(await within(sessionMs, "session/load", asked)) };
  } catch (error) {
    // Of one that it lists it says that something else is wrong: its work must not be begun anew because of that.
    if (known === true || !(error instanceof RequestError)) throw error;
    return null;
  }
}

async function begin({ agent }: AcpConnection, launch: AgentLaunch): Promise<OpenedSession> {
  const asked = agent.request(methods.agent.session.new, { cwd: launch.cwd, mcpServers: toolServers(launch) });
  const answer = opened.parse(await within(sessionMs, "session/new", asked));
  return { id: answer.sessionId, resumed: false, choice: readModelChoice(answer) };
}

function serverOf(connection: AcpConnection, launch: AgentLaunch): AgentServer {
  const { version, exited, stop } = connection;
  async function openSession(id: string | null): Promise<OpenedSession> {
    try {
      const known = id === null ? null : await resume(connection, launch, id);
      return known ?? (await begin(connection, launch));
    } catch (error) {
      throw openError(error, connection);
    }
  }
  const server: AgentServer = {
    version,
    exited,
    stop,
    async open({ system, resume: id }: Opening, signal) {
      const session = acpSession({ ...(await openSession(id)), server, connection, system });
      signal.throwIfAborted();
      const model = await session.model();
      signal.throwIfAborted();
      // Where nobody can choose it has the model that its program is set up with, and says of none that it is in effect.
      if (model === null || model === launch.model.name) return session;
      await session.setModel(launch.model.name);
      signal.throwIfAborted();
      return session.resumed ? { ...session, had: model } : session;
    },
  };
  return server;
}

/**
 * The runtime for programs that speak the Agent Client Protocol on their standard streams: one process for each start of an agent. Throws
 * when the program cannot be executed.
 */
export function createAcp({ program, path, startMs, logger }: AcpOptions): AgentRuntime {
  const command = acpCommand(program, path);
  const { profile } = program;
  const name = `acp:${basename(command.file)}`;
  logger.info({ program: name, file: command.file, profile }, "agents are run by ACP");
  return {
    program: name,
    databaseOf: (home) => (profile === "plain" ? null : databaseOf(flavours[profile], home)),
    async start(launch, signal) {
      const connection = await openConnection({ command, profile, startMs }, launch, signal);
      if (connection.can.http) return serverOf(connection, launch);
      await connection.stop();
      throw new StartError("no_tools", "the agent program takes no tools over HTTP (mcpCapabilities.http)");
    },
  };
}
