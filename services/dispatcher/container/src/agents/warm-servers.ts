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
   * Puts the agent's session in place and gets its server ready; resolves when the session is, the server comes up meanwhile. What was
   * got ready for the agent before is kept when it is the same, and ended otherwise. The run is never spoken to: its server is offered
   * the tools of its job. Never throws.
   */
  prewarm(run: AgentRun): Promise<void>;
  /** The token of the agent's warm server: a start that uses it has it from now on, and is the only one. Null without one. */
  claim(agent: string): string | null;
  /** The server behind a claimed token, when it is configured as is wanted and lives; otherwise it is ended, and the answer is null. */
  take(token: string, wanted: AgentSpec): Promise<WarmServer | null>;
  /** Ends the server behind a claimed token that was not taken. */
  drop(token: string): Promise<void>;
  /** Whether a server of the agent is warm, or being got ready. */
  isFor(agent: string): boolean;
  /** Ends all that nobody took. */
  close(): Promise<void>;
}

interface Warming {
  run: AgentRun;
  spec: AgentSpec;
  /** Null: it did not come up. */
  ready: Promise<WarmServer | null>;
  claimed: boolean;
}

/** What a warming begins after, and what it tells on the way. */
interface Begun {
  before: Promise<void>;
  hydrated: PromiseWithResolvers<void>;
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

/**
 * The server with the session it is to go on with; null when it does not come up. A start of the agent waits for this from the moment it was
 * begun, so that nobody else touches the session meanwhile.
 */
async function getReady(
  { run, spec }: Pick<Warming, "run" | "spec">,
  { before, hydrated }: Begun,
  options: WarmOptions,
): Promise<WarmServer | null> {
  const { launcher, access, sessions, logger } = options;
  try {
    await before;
    await launcher.prepare(run);
    access.grant(run);
    const resume = await sessions.hydrate(run);
    hydrated.resolve();
    if (run.stop.signal.aborted) return null;
    const server = await warmUp(run, spec, options);
    return server === null ? null : { server, resume };
  } catch (error) {
    logger.warn({ ...logFields(run), error }, "an agent could not be prewarmed");
    return null;
  } finally {
    hydrated.resolve();
  }
}

/** Nothing is warm. */
export function createWarmServers(options: WarmOptions): WarmServers {
  const { launcher, access, logger } = options;
  const warm = new Map<string, Warming>();
  let closed = false;

  function findUnclaimed(agent: string): [string, Warming] | undefined {
    return [...warm].find(([, { run, claimed }]) => run.job.agent === agent && !claimed);
  }
  async function end(token: string, { run, ready }: Warming): Promise<void> {
    warm.delete(token);
    run.stop.abort();
    await (await ready)?.server.stop();
    access.revoke(run);
  }
  return {
    async prewarm(run) {
      if (closed) return;
      const found = findUnclaimed(run.job.agent);
      // Which token it has is all that may differ.
      if (found !== undefined && sameSpec(found[1].spec, launcher.specOf({ ...run, token: found[0] }, run.model)))
        return;
      const before = found === undefined ? Promise.resolve() : end(...found);
      const begun = { before, hydrated: Promise.withResolvers<void>() };
      const spec = launcher.specOf(run, run.model);
      warm.set(run.token, { run, spec, ready: getReady({ run, spec }, begun, options), claimed: false });
      await begun.hydrated.promise;
    },
    claim(agent) {
      const found = findUnclaimed(agent);
      if (found === undefined) return null;
      const [token, warming] = found;
      warming.claimed = true;
      return token;
    },
    async take(token, wanted) {
      const warming = warm.get(token);
      if (warming === undefined) return null;
      const found = await warming.ready;
      if (found !== null && sameSpec(warming.spec, wanted) && (await isAlive(found.server))) {
        warm.delete(token);
        return found;
      }
      logger.info({ agent: wanted.agent }, "a warm server is not what is wanted and is ended");
      await end(token, warming);
      return null;
    },
    async drop(token) {
      const warming = warm.get(token);
      if (warming !== undefined) await end(token, warming);
    },
    isFor: (agent) => [...warm.values()].some(({ run }) => run.job.agent === agent),
    async close() {
      closed = true;
      await Promise.all([...warm].map(([token, warming]) => end(token, warming)));
    },
  };
}
