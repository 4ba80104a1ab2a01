import { QueryError } from "@gastown/bus";
import { getMayor, lookAtAgent, type AgentSeen, type ReplyOf } from "@gastown/contracts";
import { askOwner } from "./ask-owner.ts";
import type { GatewayContext } from "./context.ts";

/** The mayor as the town knows it, and its newest start as its container says now. */
type LookedAtMayor = NonNullable<ReplyOf<typeof getMayor>["mayor"]> & { session: AgentSeen | null };

interface Asked {
  town: string;
  signal?: AbortSignal | undefined;
  /** How long the container may take to answer. */
  timeoutMs: number;
}

/** The dispatcher asks the container for 10 s at most (kilo-town §7.1, step 2); what is decided upon is worth this wait. */
export const decidingLookMs = 10_500;
/** A view is asked for again and again, and is worth less patience. */
export const viewLookMs = 2_000;

/** The agent's newest start; null when none is known, or nobody answers in time: that decides nothing by itself. */
async function seenAgent(context: GatewayContext, { agent, ...asked }: Asked & { agent: string }) {
  try {
    const { data } = await askOwner(context, lookAtAgent, { ...asked, data: { agent } });
    return data.seen;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    context.logger.warn({ err: error, town: asked.town, agent }, "an agent cannot be looked at");
    return null;
  }
}

/** A town's mayor with its session; null when there is none yet. Throws QueryError when there is no such town. */
export async function lookAtMayor(
  context: GatewayContext,
  asked: Asked,
): Promise<{ seq: number | null; mayor: LookedAtMayor | null }> {
  const { town, signal } = asked;
  const { seq, data } = await askOwner(context, getMayor, { town, data: {}, signal });
  if (data.mayor === null) return { seq, mayor: null };
  const session = await seenAgent(context, { ...asked, agent: data.mayor.agent.agent });
  return { seq, mayor: { ...data.mayor, session } };
}
