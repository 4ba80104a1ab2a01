import { ScmError, type CallContext } from "../forge.ts";
import { readFailure, toScmError, type CallFailure, type GraphqlProblem } from "./call-failure.ts";
import type { GithubSite } from "./github-options.ts";
import { createLane, type CallKind, type Lane } from "./lane.ts";
import type { Headers } from "./rate-limit.ts";
import type { Access, AccessToken, TokenSource } from "./token-source.ts";

export interface CallOrder {
  /** A name of ours for what is asked, as `get snapshot`: what requests are counted by. */
  readonly operation: string;
  readonly access: Access;
  /** It changes something: sent at most once, one at a time. */
  readonly mutates?: boolean;
  readonly context: CallContext;
}

export interface CallAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly data: unknown;
  /** Of a GraphQL answer that has only a part of what was asked. */
  readonly errors: readonly GraphqlProblem[];
}

interface GovernedCall {
  readonly order: CallOrder;
  readonly kind: CallKind;
  readonly fire: (token: string, signal: AbortSignal) => Promise<CallAnswer>;
  /** The failure is an answer here; null when it is none. */
  readonly accept: (failure: CallFailure) => CallAnswer | null;
}

/** scm §2.3 step 6: 30 s for a merge; the same for all. */
const timeoutMs = 30_000;

/**
 * How every call to GitHub is made: with a token, in its installation's lane, bounded in time, told of. Nothing is sent twice but
 * what GitHub refused for its token, once. Throws `ScmError`, and the signal's own reason when nothing can have happened.
 */
export function createGovernor(site: GithubSite, tokens: TokenSource): (call: GovernedCall) => Promise<CallAnswer> {
  const clock = site.clock ?? Date.now;
  const lanes = new Map<string | null, Lane>();
  const laneOf = (installation: string | null): Lane => {
    const lane = lanes.get(installation) ?? createLane(clock);
    lanes.set(installation, lane);
    return lane;
  };
  /** Null: GitHub does not take the token. */
  const attempt = async (call: GovernedCall, { token }: AccessToken, lane: Lane): Promise<CallAnswer | null> => {
    const { signal } = call.order.context;
    const began = clock();
    try {
      const answer = await call.fire(token, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
      tell(site, call, { status: answer.status, durationMs: clock() - began, cost: costOf(answer.data) });
      lane.answered(call.kind, answer.headers);
      return answer;
    } catch (error) {
      const failure = readFailure(error, clock());
      tell(site, call, { status: failure.status, durationMs: clock() - began, cost: costOf(failure.body) });
      if (failure.status === 401) return null;
      if (failure.status === 403 && failure.limit === null) await throwIfLost(tokens, call.order);
      return settle(call, failure, lane);
    }
  };
  return async (call) => {
    const { access, context, mutates = false } = call.order;
    const { signal } = context;
    const lane = laneOf(access.installation);
    return lane.run({ kind: call.kind, mutates, signal }, async () => {
      const token = await tokens.tokenFor(access, signal);
      const first = await attempt(call, token, lane);
      if (first !== null) return first;
      const second = await attempt(call, await tokens.renew(access, token, signal), lane);
      if (second !== null) return second;
      throw await tokens.explainRefusal(access, signal);
    });
  };
}

/** A suspended installation is no verdict on what was asked: what is asked again later may be allowed. */
async function throwIfLost(tokens: TokenSource, { access, context }: CallOrder): Promise<void> {
  const lost = await tokens.whyLost(access, context.signal);
  if (lost !== null) throw lost;
}

/** What a failure means: an answer after all, or an `ScmError`. */
function settle({ order, kind, accept }: GovernedCall, failure: CallFailure, lane: Lane): CallAnswer {
  const { operation, mutates = false, context } = order;
  const error = toScmError(failure, { operation, mutates });
  if (failure.limit !== null) {
    const retryAfterMs = lane.limited(kind, failure.limit);
    throw new ScmError("rate", error.message, { cause: failure.cause, retryAfterMs });
  }
  const answer = accept(failure);
  if (answer !== null) return answer;
  if (error.kind !== "unknown_outcome") context.signal.throwIfAborted();
  throw error;
}

interface Told {
  readonly status: number;
  readonly durationMs: number;
  readonly cost: number | null;
}

function tell({ onCall, logger }: GithubSite, { order, kind }: GovernedCall, told: Told): void {
  const { operation, mutates = false, access } = order;
  const call = { operation, kind, mutates, installation: access.installation, ...told };
  logger.debug(call, "asked GitHub");
  onCall?.(call);
}

/** GraphQL tells what it cost when it is asked to. */
function costOf(data: unknown): number | null {
  const limit = typeof data === "object" && data !== null && "rateLimit" in data ? data.rateLimit : null;
  const cost = typeof limit === "object" && limit !== null && "cost" in limit ? limit.cost : null;
  return typeof cost === "number" ? cost : null;
}
