import type { Logger } from "@gastown/telemetry";
import type { AgentSession } from "../runtime/agent-runtime.ts";
import type { AgentRun } from "./agent-run.ts";
import { changeModel, type ModelOutcome } from "./change-model.ts";
import type { ServerLauncher } from "./server-launcher.ts";

/** Carries out an agent's wishes for another model, one after the other, beside its watching. */
export interface ModelChanger {
  /** Begins what is wished when the agent rests; whether a change is under way, in which time nothing is to be said to it. */
  isChanging(session: AgentSession, rests: boolean): boolean;
  /** Begins to give the agent the model back that it had; no wish of anybody's. */
  putBack(session: AgentSession, model: string): void;
  /** What a change came to that has ended since; once. */
  takeOutcome(): ModelOutcome | null;
  /** No change is under way any more; the outcome of one that was is the answer. */
  end(): Promise<ModelOutcome | null>;
}

interface ChangerOptions {
  launcher: ServerLauncher;
  logger: Logger;
  /** Called when a change has ended. */
  ended: () => void;
}

/** Nothing is wished yet. */
export function createModelChanger(run: AgentRun, { launcher, logger, ended }: ChangerOptions): ModelChanger {
  const stopping = new AbortController();
  const signal = AbortSignal.any([run.stop.signal, stopping.signal]);
  let changing: Promise<void> | null = null;
  let outcome: ModelOutcome | null = null;

  async function change(session: AgentSession, wished: string): Promise<void> {
    outcome = await changeModel(run, session, { wished, launcher, logger, signal });
    run.modelWishes.settle(wished);
    changing = null;
    ended();
  }
  function takeOutcome(): ModelOutcome | null {
    const taken = outcome;
    outcome = null;
    return taken;
  }
  return {
    isChanging(session, rests) {
      const wished = run.modelWishes.newest;
      if (changing === null && outcome === null && rests && wished !== null) changing = change(session, wished);
      return changing !== null || outcome !== null;
    },
    putBack: (session, model) => void (changing ??= change(session, model)),
    takeOutcome,
    async end() {
      stopping.abort(new Error("the agent ended before its model was changed"));
      await changing;
      return takeOutcome();
    },
  };
}
