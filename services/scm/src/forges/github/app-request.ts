import { createAppAuth } from "@octokit/auth-app";
import { request as octokitRequest } from "@octokit/request";
import { ScmError, type CallContext } from "../forge.ts";
import { readFailure, toScmError, type CallFailure } from "./call-failure.ts";
import { createLane, type Lane } from "./lane.ts";
import type { AppCredentials, ForgeCall, GithubSite } from "./github-options.ts";
import { octokitLog, requestDefaults } from "./request-defaults.ts";

interface AppOrder {
  readonly operation: string;
  /** `GET /app/installations/{installation_id}` */
  readonly route: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly mutates?: boolean;
  /** Statuses that are an answer here, not a failure. */
  readonly answers?: readonly number[];
}

export interface AppAnswer {
  readonly status: number;
  readonly data: unknown;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
}

/** Asks GitHub in the App's own name. Throws `ScmError`. */
export type AppRequest = (order: AppOrder, context: CallContext) => Promise<AppAnswer>;

/** GitHub cuts a request off after 10 s itself; twice that is for the way. */
const timeoutMs = 20_000;

/**
 * The App's own requests, signed with a fresh JWT each. `@octokit/auth-app` makes the JWT and mends a clock that is off; its
 * installation tokens are not used, because two Apps or two hosts that ask at one moment get one another's (scm §5.2).
 */
export function createAppRequest(site: GithubSite, { appId, privateKey }: AppCredentials): AppRequest {
  const clock = site.clock ?? Date.now;
  const auth = createAppAuth({ appId, privateKey, log: octokitLog(site.logger) });
  const request = octokitRequest.defaults(requestDefaults(site));
  const lane = createLane(clock);
  const send = async (order: AppOrder, signal: AbortSignal): Promise<AppAnswer> => {
    const began = clock();
    const told = (status: number) => site.onCall?.(callOf(order, status, clock() - began));
    try {
      const { status, data, headers } = await request(order.route, {
        ...order.parameters,
        request: {
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
          hook: auth.hook.bind(auth),
        },
      });
      told(status);
      lane.answered("rest", headers);
      return { status, data, headers };
    } catch (error) {
      const failure = readFailure(error, clock());
      told(failure.status);
      return settle(order, failure, lane);
    }
  };
  return (order, { signal }) =>
    lane
      .run({ kind: "rest", mutates: order.mutates ?? false, signal }, () => send(order, signal))
      .catch((error) => {
        signal.throwIfAborted();
        throw error;
      });
}

/** What a failure means: an answer after all, or an `ScmError`. */
function settle(order: AppOrder, { status, body, headers, ...failure }: CallFailure, lane: Lane): AppAnswer {
  const { operation, mutates = false, answers = [] } = order;
  const error = toScmError({ status, body, headers, ...failure }, { operation, mutates });
  if (failure.limit !== null) {
    const retryAfterMs = lane.limited("rest", failure.limit);
    throw new ScmError("rate", error.message, { cause: failure.cause, retryAfterMs });
  }
  if (answers.includes(status)) return { status, data: body, headers };
  if (status !== 401) throw error;
  const words = `GitHub does not know us as this App (${failure.message}). Check SCM_GITHUB_APP_ID and SCM_GITHUB_PRIVATE_KEY, and this machine's clock.`;
  throw new ScmError("denied", words, { cause: failure.cause });
}

function callOf({ operation, mutates = false }: AppOrder, status: number, durationMs: number): ForgeCall {
  return { operation, mutates, status, durationMs, kind: "rest", installation: null, cost: null };
}
