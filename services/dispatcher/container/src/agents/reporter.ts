import { setTimeout as wait } from "node:timers/promises";
import type { RescuedWork } from "@gastown/contracts";
import { createMutex } from "@gastown/service";
import { withTrace, type Logger } from "@gastown/telemetry";
import type { TownLink } from "../town-link.ts";
import { logFields, type AgentRun, type Ending } from "./agent-run.ts";
import { beatOf } from "./beat-of.ts";
import type { ModelTold } from "./change-model.ts";

/** Tells the dispatcher what becomes of starts, an end behind all the start used; in order for each agent, and again until the bus took it. */
export interface Reporter {
  /** `why`: what people read; for an end of what did run with its cause. */
  report(run: AgentRun, state: "running" | "exited" | "failed", why: string | Ending): void;
  /** What became of a wish for another model. */
  model(run: AgentRun, told: ModelTold): void;
  /** Work was pushed since it would have been lost: the run's own, or what it found at its start. */
  rescued(run: AgentRun, work: RescuedWork): void;
  /** Resolves when all is told. */
  told(): Promise<void>;
}

const maxReason = 500;
const waits = [200, 1_000, 5_000, 15_000];

/** A reporter that gives up what is not told when the signal aborts. */
export function createReporter({
  town,
  logger,
  signal,
}: {
  town: TownLink;
  logger: Logger;
  signal: AbortSignal;
}): Reporter {
  const mutex = createMutex();
  const open = new Set<Promise<void>>();

  async function untilTold(run: AgentRun, what: string, tell: () => Promise<void>): Promise<void> {
    for (let tried = 0; !signal.aborted; tried += 1) {
      try {
        await tell();
        return;
      } catch (error) {
        logger.warn({ ...logFields(run), what, error }, "a report was not taken, telling it again");
        await wait(waits[Math.min(tried, waits.length - 1)], undefined, { signal }).catch(() => undefined);
      }
    }
    logger.error({ ...logFields(run), what }, "a report could not be told");
  }
  function inOrder(run: AgentRun, what: string, tell: () => Promise<void>): void {
    const telling = mutex.withKey(run.job.agent, () => untilTold(run, what, tell)).finally(() => open.delete(telling));
    open.add(telling);
  }
  return {
    report(run, state, why) {
      const { agent, generation } = run.job;
      const { reason, ...ending } = typeof why === "string" ? { reason: why } : why;
      const at = new Date().toISOString();
      const { started } = run;
      // How it went is told once: with what comes first of it.
      const start = started === null || (state === "exited" && started.failure === null) ? {} : { start: started };
      logger.info({ ...logFields(run), state, reason, ...start }, "agent report");
      const report = { agent, generation, state, reason: reason.slice(0, maxReason), ...ending, ...start, at };
      inOrder(run, state, async () => {
        // What it used has to count before its end does: the town's budgets look at what is known then.
        if (state !== "running") await town.heartbeat([beatOf(run)]);
        await withTrace(run.trace, () => town.report(report));
      });
    },
    model(run, { wished, before, model, failure }) {
      const { agent, generation } = run.job;
      const told = { agent, generation, wished, before, model, failure, at: new Date().toISOString() };
      inOrder(run, "model", () => withTrace(run.trace, () => town.model(told)));
    },
    rescued(run, work) {
      const told = { ...work, at: new Date().toISOString() };
      inOrder(run, "rescue", () => withTrace(run.trace, () => town.rescued(told)));
    },
    async told() {
      await Promise.all(open);
    },
  };
}
