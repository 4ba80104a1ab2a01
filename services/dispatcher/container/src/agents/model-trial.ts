import type { ModelAnswer } from "./agent-run.ts";
import { hasEnded, type Turn } from "./turn.ts";

/** A model that an agent was given in the place of another; whether its provider has it shows when a turn is begun. */
export interface ModelTrial {
  wished: string;
  before: string;
  /** Something was said since. */
  tried: boolean;
}

/**
 * Answers of a provider that are about the model asked for: unknown (404; 400 and 422 of those who count that as a bad request) or not for this
 * key (403). Others fail any model: no key (401), no credit (402), too much (413, 429), and what is tried again (408, 5xx).
 */
const refusing = new Set([400, 403, 404, 422]);

/** What the first turn on another model says of it. */
export type Verdict =
  /** Nothing yet. */
  { is: "open" } | { is: "accepted" } | { is: "refused"; reason: string };

/**
 * What is known of a model on trial: its provider refused it when the turn failed with such a status before one call was answered. `answer`: what
 * the host's model service heard last, for programs that do not tell the status themselves. Pure.
 */
export function judgeModel({ tried }: ModelTrial, turn: Turn, answer: ModelAnswer | undefined): Verdict {
  if (answer?.accepted === true) return { is: "accepted" };
  if (!tried || !hasEnded(turn)) return { is: "open" };
  if (turn.is === "over") return { is: "accepted" };
  const status = turn.providerStatus ?? answer?.status;
  if (status === undefined || !refusing.has(status)) return { is: "open" };
  return { is: "refused", reason: `its provider refuses it (HTTP ${status}): ${turn.message}` };
}
