import { keyMark, type ContainerData, type ContainerHandlers } from "@gastown/bus";
import type { Logger } from "@gastown/telemetry";
import { createRun } from "./agents/create-run.ts";
import type { Assembled } from "./assemble.ts";
import type { HostConfig } from "./config.ts";
import { lookAtPrograms } from "./runtime/look-at-programs.ts";

interface HandlerOptions {
  config: HostConfig;
  parts: Assembled;
  startedAt: string;
  drain: (reason: string) => Promise<void>;
  logger: Logger;
  /** Aborts when the host ends. */
  signal: AbortSignal;
}

async function changeKey(key: string | null, { gate, setModelKey }: Assembled, signal: AbortSignal): Promise<void> {
  await gate.passed(signal);
  setModelKey(key);
}

/** Gets ready for a start that is yet to come, unless its agent is at work here: then that start was come to already. */
async function getReady({ variables, ...job }: ContainerData<"prewarm">, parts: Assembled): Promise<void> {
  const { agents, warm, around } = parts;
  if (agents.draining || agents.runs().some((run) => run.job.agent === job.agent)) return;
  await warm.prewarm(createRun({ job, variables }, around));
}

/**
 * What the host does for each request of the dispatcher's. All are acknowledged at once: what waits (for hydration, an earlier start,
 * the end of a turn) must not outlast the patience of who asks (kilo-container-api §12.12, §12.13).
 */
export function containerHandlers({
  config,
  parts,
  startedAt,
  drain,
  logger,
  signal,
}: HandlerOptions): ContainerHandlers {
  const { agents } = parts;
  return {
    start: (job) => Promise.resolve(agents.start(job)),
    nudge: (nudge) => agents.nudge(nudge),
    model: (wish) => Promise.resolve(agents.changeModel(wish)),
    prewarm(start) {
      getReady(start, parts).catch((error: unknown) => logger.error({ error }, "a prewarm failed"));
      return Promise.resolve({ accepted: true });
    },
    credentials({ modelKey }) {
      changeKey(modelKey, parts, signal).catch((error: unknown) =>
        logger.debug({ error }, "a new key came while the host ended"),
      );
      return Promise.resolve({ accepted: true });
    },
    stop({ agent, generation, reason, force }) {
      logger.info({ agent, generation, reason, force }, "asked to stop an agent");
      agents.stop(agent, generation, "stopped");
      if (force) agents.force(agent, generation);
      return Promise.resolve({ accepted: true });
    },
    programs: async () => ({ programs: await lookAtPrograms(config, programsAs(parts)) }),
    status: () => Promise.resolve(statusOf(config, startedAt, parts)),
    drain({ reason }) {
      drain(reason).catch((error: unknown) => logger.error({ error }, "the drain failed"));
      return Promise.resolve({ accepted: true });
    },
  };
}

/** As whom programs are tried out; undefined: as this host's own user. */
function programsAs({ around: { users, paths } }: Assembled) {
  const user = users.programs();
  return user === null ? undefined : { user, home: paths.programs };
}

function statusOf(config: HostConfig, startedAt: string, { agents, modelKey }: Assembled) {
  return {
    container: config.container,
    startedAt,
    draining: agents.draining,
    keyMark: keyMark(config.container, modelKey()),
    agents: agents.runs().map(({ job, state, activeAt, inTurn }) => ({
      agent: job.agent,
      generation: job.generation,
      state,
      activeAt: activeAt?.toISOString() ?? null,
      // It runs from the moment its session is open until its server ends.
      session: state === "running",
      busy: state === "running" && inTurn,
    })),
  };
}
