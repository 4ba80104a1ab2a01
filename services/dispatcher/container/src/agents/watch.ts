import type { Logger } from "@gastown/telemetry";
import type { Limits } from "../config.ts";
import type { AgentSession } from "../runtime/agent-runtime.ts";
import type { AgentRun } from "./agent-run.ts";
import type { ModelTold } from "./change-model.ts";
import type { ModelChanger } from "./model-changer.ts";
import type { ModelTrial } from "./model-trial.ts";
import type { Nudge } from "./nudges.ts";
import type { Output } from "./output.ts";
import type { ServerLauncher } from "./server-launcher.ts";
import type { Watched } from "./turn.ts";

/** With what an agent is watched. */
export interface WatchOptions {
  limits: Limits;
  launcher: ServerLauncher;
  output: Output;
  /** Tells at once, instead of at the next heartbeat, that something was said that had to wait. */
  beat: () => Promise<void>;
  /** What became of a wish for another model. */
  tellModel: (run: AgentRun, told: ModelTold) => void;
  /** There is something new in the session of an agent that remembers. */
  keep: (run: AgentRun, session: AgentSession) => void;
  /** Resolves when all that was to be stored of the run's session is, or could not be. */
  stored: (run: AgentRun) => Promise<void>;
  logger: Logger;
}

/** One agent under watch. */
export interface Watch extends WatchOptions {
  run: AgentRun;
  session: AgentSession;
  /** Ends the following of the session's events. */
  following: { closing: AbortController; done: Promise<void> };
  changer: ModelChanger;
  /** The model it was given last, while nobody knows whether the provider has it. */
  trial: ModelTrial | null;
  /** The model that the provider refused and the one before that is put back, with the reason. */
  refused: (Pick<ModelTrial, "wished" | "before"> & { reason: string }) | null;
  wake: () => void;
  watched: Watched;
  /** Something was said in the session since it is watched; before that it rests, whatever its last turn came to. */
  prompted: boolean;
  /** What was said last; null when nothing was since it is watched. */
  said: string | null;
  /** The newest prompt there was when the last one was given. */
  promptBefore: string | null;
  /** What was said and not confirmed: whether the server took it shows in the session. */
  unconfirmed: { nudges: readonly Nudge[]; before: string | null; at: number } | null;
  /** The state of the session that was kept last. */
  kept: string | null;
  exited: string | null;
  /** It said that it cannot reach its model, and people were told. */
  offline: boolean;
  /** It was heard that something waits for an answer, and that was not given yet. */
  asked: boolean;
}

/** A watch whose session is not listened to yet. */
export type Unfollowed = Omit<Watch, "following">;

async function followEvents(watch: Unfollowed, session: AgentSession, signal: AbortSignal): Promise<void> {
  const { run, output, logger, wake } = watch;
  try {
    for await (const event of session.events(signal)) {
      output.add(event);
      if (event.kind === "work") run.activeAt = new Date();
      if (event.kind === "asked") watch.asked = true;
      if (event.kind === "look" || event.kind === "error" || event.kind === "asked") wake();
    }
  } catch (error) {
    logger.warn({ error }, "an agent's events were lost");
  }
}

/** From now on the session is listened to, and the end of its server is noticed. */
export function follow(watch: Unfollowed, session: AgentSession): Watch["following"] {
  const closing = new AbortController();
  void session.server.exited.then((reason) => {
    if (watch.session !== session) return;
    watch.exited = reason;
    watch.wake();
  });
  return { closing, done: followEvents(watch, session, closing.signal) };
}

/** A prompt was given: its turn has to be seen, and waited for. Who asks from now on is told that it is in one. */
export function saidSomething(watch: Watch, said: string, before: string | null): void {
  watch.prompted = true;
  watch.said = said;
  if (watch.trial !== null) watch.trial = { ...watch.trial, tried: true };
  watch.run.inTurn = true;
  watch.promptBefore = before;
  watch.watched.promptedAt = Date.now();
}
