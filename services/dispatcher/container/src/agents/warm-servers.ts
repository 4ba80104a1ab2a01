import { span, type Logger } from "@gastown/telemetry";
import type { AgentServer, AgentSpec } from "../runtime/agent-runtime.ts";
import type { SessionKeeper } from "../sessions/session-keeper.ts";
import type { Access } from "./access.ts";
import { logFields, type AgentRun } from "./agent-run.ts";
import { sameSpec } from "./agent-spec.ts";
import type { ServerLauncher } from "./server-launcher.ts";

/** A server that was got ready, and the session it is to go on with. */
export interface WarmServer {
  server: AgentServer;
  resume: string | null;
}

/** Servers of agents whose starts are yet to come (kilo-container-api §3). Each is used once, by a start of its agent. */
export interface WarmServers {
  /**
   * Puts the agent's session in place and gets its server ready; resolves when the session is, the server comes up meanwhile. The run
   * is never spoken to: its server is offered the tools of its job. Never throws.
   */
  prewarm(run: AgentRun): Promise<void>;
  /** The token of the agent's warm server: a start that uses it has it from now on, and is the only one. Null without one. */
  claim(agent: string): string | null;
  /** The server behind a claimed token, when it is configured as is wanted and lives; otherwise it is ended, and the answer is null. */
  take(token: string, wanted: AgentSpec): Promise<WarmServer | null>;
  /** Ends the server behind a claimed token that was not taken. */
  drop(token: string): Promise<void>;
  /** Ends all that nobody took. */
  close(): Promise<void>;
}

interface Warming {
  run: AgentRun;
  spec: AgentSpec;
  resume: string | null;
  ready: Promise<AgentServer | null>;
  claimed: boolean;
}

interface WarmOptions {
  launcher: ServerLauncher;
  access: Access;
  sessions: SessionKeeper;
  logger: Logger;
}

async function isAlive(server: AgentServer): Promise<boolean> {
  return Promise.race([server.exited.then(() => false), Promise.resolve().then(() => true)]);
}

/** The server, once it is up; null when it does not come up. */
async function warmUp(run: AgentRun, spec: AgentSpec, { launcher, logger }: WarmOptions): Promise<AgentServer | null> {
  const { agent } = run.job;
  const from = performance.now();
  try {
    const server = await span("agent.prewarm", { attributes: { "gastown.agent": agent } }, () =>
      launcher.start(spec, run.stop.signal),
    );
    logger.info({ agent, durationMs: Math.round(performance.now() - from) }, "an agent's server is warm");
    return server;
  } catch (error) {
    if (!run.stop.signal.aborted) logger.warn({ ...logFields(run), error }, "an agent could not be prewarmed");
    return null;
  }
}

/** Nothing is warm. */
export function createWarmServers(options: WarmOptions): WarmServers {
  const { launcher, access, sessions, logger } = options;
  const warm = new Map<string, Warming>();
  let closed = false;

  async function end(token: string, { run, ready }: Warming): Promise<void> {
    warm.delete(token);
    run.stop.abort();
    access.revoke(run);
    await (await ready)?.stop();
  }
  return {
    async prewarm(run) {
      try {
        launcher.prepare(run);
        access.grant(run);
        const resume = await sessions.hydrate(run);
        if (closed) return access.revoke(run);
        const spec = launcher.specOf(run, run.model);
        warm.set(run.token, { run, spec, resume, ready: warmUp(run, spec, options), claimed: false });
      } catch (error) {
        logger.warn({ ...logFields(run), error }, "an agent could not be prewarmed");
      }
    },
    claim(agent) {
      for (const [token, warming] of warm) {
        if (warming.run.job.agent !== agent || warming.claimed) continue;
        warming.claimed = true;
        return token;
      }
      return null;
    },
    async take(token, wanted) {
      const warming = warm.get(token);
      if (warming === undefined) return null;
      const server = await warming.ready;
      if (server !== null && sameSpec(warming.spec, wanted) && (await isAlive(server))) {
        warm.delete(token);
        return { server, resume: warming.resume };
      }
      logger.info({ agent: wanted.agent }, "a warm server is not what is wanted and is ended");
      await end(token, warming);
      return null;
    },
    async drop(token) {
      const warming = warm.get(token);
      if (warming !== undefined) await end(token, warming);
    },
    async close() {
      closed = true;
      await Promise.all([...warm].map(([token, warming]) => end(token, warming)));
    },
  };
}
