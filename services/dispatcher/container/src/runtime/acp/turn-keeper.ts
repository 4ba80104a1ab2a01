import { z } from "zod";
import type { SessionFacts } from "../agent-runtime.ts";

/** Keeps account of a session's turns: ACP tells the end of a turn once, as the answer to its prompt. */
export interface TurnKeeper {
  /** A turn is under way. */
  readonly busy: boolean;
  /** A prompt was given; `answer` settles when its turn is over. Resolves when that was taken note of. */
  begin(answer: Promise<unknown>): Promise<void>;
  /** The turn under way, if any, was asked to end: however it ends, it was not completed. */
  cancel(): void;
  facts(toolRunning: boolean): SessionFacts;
}

const response = z.object({ stopReason: z.string() });

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Why a turn that ended so was not completed; null when it was. A refusal is an answer: what comes of it is the agent's affair. */
function problemOf(stopReason: string, cancelled: boolean): string | null {
  if (cancelled || stopReason === "cancelled") return "Aborted: the turn was cancelled";
  return stopReason === "max_tokens" || stopReason === "max_turn_requests"
    ? `The turn ended early: ${stopReason}`
    : null;
}

/** No turn was begun yet. */
export function createTurnKeeper(session: string): TurnKeeper {
  let turns = 0;
  let under: { id: string; cancelled: boolean } | null = null;
  let reply: SessionFacts["reply"] = null;
  let lastPrompt: string | null = null;
  return {
    get busy() {
      return under !== null;
    },
    async begin(answer) {
      const turn = { id: `${session}/${(turns += 1)}`, cancelled: false };
      under = turn;
      lastPrompt = turn.id;
      reply = null;
      let error: string | null;
      try {
        error = problemOf(response.parse(await answer).stopReason, turn.cancelled);
      } catch (thrown) {
        error = turn.cancelled ? problemOf("cancelled", true) : messageOf(thrown);
      }
      reply = { to: turn.id, complete: true, error };
      under = null;
    },
    cancel() {
      if (under !== null) under.cancelled = true;
    },
    facts: (toolRunning) => ({
      status: under === null ? { is: "idle" } : { is: "busy" },
      lastPrompt,
      reply,
      toolRunning: under !== null && toolRunning,
    }),
  };
}
