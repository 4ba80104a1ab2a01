import type { OutputLine } from "@gastown/contracts";
import { span, type Logger } from "@gastown/telemetry";
import type { Limits } from "../config.ts";
import type { Rescued } from "../git/rescued.ts";
import type { AgentSession } from "../runtime/agent-runtime.ts";
import { runTask } from "../users/run-task.ts";
import { saveTask } from "../users/tasks.ts";
import { endingOf, logFields, type AgentRun, type Ending } from "./agent-run.ts";
import { keepsSession } from "./keeps-session.ts";
import { createOutput, type Output } from "./output.ts";
import type { Reporter } from "./reporter.ts";
import type { ServerLauncher } from "./server-launcher.ts";
import { unlessForced } from "./unless-forced.ts";
import { workplaceOf } from "./workplace-of.ts";
import type { WatchOptions } from "./watch.ts";
import { tellOpenWish, watchAgent } from "./watch-agent.ts";

interface LifeOptions extends Pick<WatchOptions, "tellModel" | "keep" | "stored"> {
  limits: Limits;
  launcher: ServerLauncher;
  start: (run: AgentRun) => Promise<AgentSession>;
  reporter: Reporter;
  send: (line: OutputLine) => void;
  /** Tells of all runs at once, instead of at the next heartbeat. */
  beat: () => Promise<void>;
  /** Work was pushed that would have been lost. */
  rescued: (run: AgentRun, work: Rescued) => void;
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
async function save(run: AgentRun, reason: string, options: LifeOptions): Promise<string | null> {
  const { limits, saving, rescued, logger } = options;
  const job = workplaceOf(run.job);
  if (job?.role !== "polecat" || run.done?.handedIn === true) return null;
  try {
    const why = reason === savedReason ? "drained" : (reason.split(":")[0] ?? reason);
    const work = { branch: job.branch, base: job.base, reason: why };
    const git = { cwd: run.worktree, env: run.env, timeoutMs: limits.gitMs };
    const signal = AbortSignal.any([saving(), run.force.signal]);
    const doer = { user: run.user, signal, rescued: (found: Rescued) => rescued(run, found) };
    const saved = await runTask(doer, saveTask, { git, work });
    logger.info({ ...logFields(run), ...saved }, "an agent's work was saved");
    return saved.problem;
  } catch (error) {
    logger.error({ ...logFields(run), error }, "an agent's work could not be saved");
    return messageOf(error);
  }
}

async function closeServer(run: AgentRun, session: AgentSession, { keep, stored, logger }: LifeOptions): Promise<void> {
  try {
    await unlessForced(run, session.cancel());
  } catch (error) {
    // It is stopped by force next.
    logger.debug({ ...logFields(run), error }, "a turn could not be cancelled");
  }
  await session.server.stop();
  if (keepsSession(run.job)) keep(run, session);
  await unlessForced(run, stored(run));
}

async function endRunning(
  run: AgentRun,
  begun: AgentSession,
  options: LifeOptions & { output: Output },
): Promise<void> {
  const { logger, output, reporter } = options;
  const { ending, session } = await watchAgent(run, begun, { ...options, logger: logger.child(logFields(run)) });
  run.state = "stopping";
  await span("agent.end", { parent: run.trace, attributes: { "gastown.reason": ending.reason } }, async () => {
    await closeServer(run, session, options);
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
    const session = await options.start(run);
    run.state = "running";
    // Its first prompt was given; who goes on in an earlier session was told nothing.
    run.inTurn = !session.resumed;
    output.status("running");
    reporter.report(run, "running", "");
    await endRunning(run, session, { ...options, output });
  } catch (error) {
    const told = endingOf(run);
    if (told === null) logger.error({ ...logFields(run), error }, "an agent could not be run");
    output.status(`ended: ${told?.reason ?? messageOf(error)}`);
    const failed = run.state === "starting" && told === null;
    const ending: Ending = told ?? { reason: messageOf(error), cause: "crashed" };
    reporter.report(run, failed ? "failed" : "exited", failed ? ending.reason : ending);
    tellOpenWish(run, options.tellModel);
  }
}
