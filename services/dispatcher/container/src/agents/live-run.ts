import type { OutputLine } from "@gastown/contracts";
import { span, type Logger } from "@gastown/telemetry";
import type { Limits } from "../config.ts";
import { saveWork } from "../git/save-work.ts";
import type { AgentServer } from "../runtime/agent-runtime.ts";
import { endingOf, logFields, type AgentRun, type Ending } from "./agent-run.ts";
import { needsRepository } from "./needs-repository.ts";
import { createOutput, type Output } from "./output.ts";
import type { Reporter } from "./reporter.ts";
import { gitOf } from "./start-agent.ts";
import { watchAgent } from "./watch-agent.ts";

interface LifeOptions {
  limits: Limits;
  start: (run: AgentRun) => Promise<AgentServer>;
  reporter: Reporter;
  send: (line: OutputLine) => void;
  /** Tells of all runs at once, instead of at the next heartbeat. */
  beat: () => Promise<void>;
  /** Until when work may be saved. */
  saving: () => AbortSignal;
  logger: Logger;
}

/** Why a run ends whose container is drained. */
export const savedReason = "saved";

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Brings what a polecat has not handed in to the forge; answers why it could not, or null. */
async function save(run: AgentRun, reason: string, { limits, saving, logger }: LifeOptions): Promise<string | null> {
  const { job } = run;
  if (job.role !== "polecat" || !needsRepository(job) || run.done?.handedIn === true) return null;
  try {
    const why = reason === savedReason ? "drained" : (reason.split(":")[0] ?? reason);
    const work = { branch: job.branch, base: job.base, reason: why };
    const saved = await saveWork(gitOf(run, limits.gitMs, saving()), work);
    logger.info({ ...logFields(run), ...saved }, "an agent's work was saved");
    return saved.problem;
  } catch (error) {
    logger.error({ ...logFields(run), error }, "an agent's work could not be saved");
    return messageOf(error);
  }
}

async function closeServer(run: AgentRun, server: AgentServer, logger: Logger): Promise<void> {
  try {
    await server.cancel();
  } catch (error) {
    // It is stopped by force next.
    logger.debug({ ...logFields(run), error }, "a turn could not be cancelled");
  }
  await server.stop();
}

async function endRunning(
  run: AgentRun,
  server: AgentServer,
  options: LifeOptions & { output: Output },
): Promise<void> {
  const { logger, output, reporter } = options;
  const ending = await watchAgent(run, server, { ...options, logger: logger.child(logFields(run)) });
  run.state = "stopping";
  await span("agent.end", { parent: run.trace, attributes: { "gastown.reason": ending.reason } }, async () => {
    await closeServer(run, server, logger);
    const problem = await save(run, ending.reason, options);
    const unsaved =
      ending.reason === savedReason && problem !== null ? `stopped: not saved, ${problem}` : ending.reason;
    const reason = run.done === null ? unsaved : "done";
    output.flush();
    output.status(`ended: ${reason}`);
    reporter.report(run, "exited", { reason, cause: run.done === null ? ending.cause : "done" });
  });
}

/**
 * The life of one run: start, watch, end, each told to the dispatcher. Never throws; when it resolves nothing of the run is
 * left running and its end is reported.
 */
export async function liveRun(run: AgentRun, options: LifeOptions): Promise<void> {
  const { reporter, logger } = options;
  const { agent, generation, bead } = run.job;
  const output = createOutput({ agent, generation, send: options.send });
  try {
    output.status(`starting on ${bead.bead}: ${bead.title}`);
    const server = await options.start(run);
    run.state = "running";
    output.status("running");
    reporter.report(run, "running", "");
    await endRunning(run, server, { ...options, output });
  } catch (error) {
    const told = endingOf(run);
    if (told === null) logger.error({ ...logFields(run), error }, "an agent could not be run");
    output.status(`ended: ${told?.reason ?? messageOf(error)}`);
    const failed = run.state === "starting" && told === null;
    const ending: Ending = told ?? { reason: messageOf(error), cause: "crashed" };
    reporter.report(run, failed ? "failed" : "exited", failed ? ending.reason : ending);
  }
}
