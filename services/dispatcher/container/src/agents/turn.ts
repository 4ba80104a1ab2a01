import type { EndCause } from "@gastown/contracts";
import type { Limits } from "../config.ts";
import type { SessionFacts } from "../runtime/agent-runtime.ts";

/** Where a turn stands, out of what was read from the agent server. */
export type Turn =
  /** The prompt is not seen in the session yet. */
  | { is: "unseen" }
  /** The session is idle with its newest prompt seen and not answered: its turn is about to begin, or was missed. */
  | { is: "unanswered" }
  | { is: "running" }
  | { is: "retrying"; attempt: number; message: string }
  | { is: "offline" }
  | { is: "over" }
  /** `providerStatus`: with which HTTP status the model's provider refused, when that is why. */
  | { is: "failed"; message: string; providerStatus?: number };

/**
 * Reads the state of the turn that a prompt began; `promptBefore` is the newest prompt there was when it was given.
 * Idle alone is no end: a session is idle before its turn begins, and twice after an abort (runtime.md §2). A turn is over
 * when the session is idle and its newest message is the complete answer to the newest prompt.
 */
export function readTurn(facts: SessionFacts, promptBefore: string | null): Turn {
  const { status, reply, lastPrompt } = facts;
  if (status.is === "retry") return { is: "retrying", attempt: status.attempt, message: status.message };
  if (status.is === "offline") return { is: "offline" };
  if (status.is === "busy") return { is: "running" };
  if (lastPrompt === null || lastPrompt === promptBefore) return { is: "unseen" };
  if (reply === null || reply.to !== lastPrompt || !reply.complete) return { is: "unanswered" };
  return endedTurn(reply);
}

function endedTurn({ error, providerStatus }: NonNullable<SessionFacts["reply"]>): EndedTurn {
  if (error === null) return { is: "over" };
  return { is: "failed", message: error, ...(providerStatus !== undefined && { providerStatus }) };
}

/** What is known of an agent besides its turn. Times are milliseconds since 1970. */
export interface Watched {
  promptedAt: number;
  /** The last sign of work. */
  activeAt: number;
  /** How often it was reminded of gt_done. */
  reminders: number;
  /** When its gt_done was accepted; null before. */
  doneAt: number | null;
}

/** What the host does next with an agent. */
export type NextStep =
  | { do: "wait" }
  | { do: "unblock" }
  | { do: "remind" }
  | { do: "end"; reason: string; cause: EndCause };

/** How long a prompt may stay unseen or unanswered; the slowest first turn measured was 15 s (runtime.md §2). */
const unseenMs = 60_000;

function endWhen(ended: boolean, reason: string): NextStep {
  return ended ? { do: "end", reason, cause: "crashed" } : { do: "wait" };
}

/** It is not the agent's fault, and no run of it would end otherwise while it lasts. */
function modelFailed(why: string): NextStep {
  return { do: "end", reason: `model_failed: ${why}`, cause: "model_failed" };
}

interface Given {
  limits: Limits;
  now: number;
  /** It has no work item that ends: between its turns it waits to be spoken to. */
  stays: boolean;
}
type EndedTurn = Extract<Turn, { is: "over" | "failed" }>;

/** The turn came to an end, one way or the other. */
export function hasEnded(turn: Turn): turn is EndedTurn {
  return turn.is === "over" || turn.is === "failed";
}

function afterTurn(turn: EndedTurn, { reminders }: Watched, { limits, stays }: Given): NextStep {
  if (stays) return { do: "wait" };
  if (turn.is === "failed") return modelFailed(turn.message);
  if (reminders < limits.reminders) return { do: "remind" };
  return endWhen(true, "no_result: it ended without gt_done");
}

/** A model that is silent, and one that calls tools in a circle, look the same from outside: busy, for ever (runtime.md §2). */
function whileRunning({ promptedAt, activeAt }: Watched, { limits, now }: Given): NextStep {
  if (now - activeAt > limits.stallMs) return endWhen(true, `stalled: no sign of work for ${limits.stallMs / 1_000} s`);
  return endWhen(now - promptedAt > limits.turnMs, `endless: a turn of more than ${limits.turnMs / 1_000} s`);
}

function duringTurn(turn: Exclude<Turn, EndedTurn>, watched: Watched, given: Given): NextStep {
  const { promptedAt, activeAt } = watched;
  const { limits, now } = given;
  const stalled = now - activeAt > limits.stallMs;
  switch (turn.is) {
    case "retrying":
      return stalled || turn.attempt > limits.modelRetries ? modelFailed(turn.message) : { do: "wait" };
    case "offline":
      return stalled ? modelFailed("the model cannot be reached") : { do: "unblock" };
    case "unseen":
      return endWhen(now - promptedAt > unseenMs, "prompt_lost: the agent server did not take the prompt up");
    case "unanswered":
      // A prompt that came in the very moment a turn ended: the reminder begins a turn that answers both.
      return now - Math.max(promptedAt, activeAt) > unseenMs
        ? afterTurn({ is: "over" }, watched, given)
        : { do: "wait" };
    case "running":
      return whileRunning(watched, given);
  }
}

/**
 * Decides what to do with an agent: an accepted gt_done ends it when its turn does, a turn that ended without one is reminded
 * and then given up, and no silence, retry or failure of the model goes on for ever.
 */
export function nextStep(turn: Turn, watched: Watched, given: Given): NextStep {
  const { doneAt } = watched;
  if (doneAt !== null) return endWhen(hasEnded(turn) || given.now - doneAt > given.limits.afterDoneMs, "done");
  return hasEnded(turn) ? afterTurn(turn, watched, given) : duringTurn(turn, watched, given);
}
