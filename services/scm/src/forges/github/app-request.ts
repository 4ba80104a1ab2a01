import { createAppAuth } from "@octokit/auth-app";
import { request as octokitRequest } from "@octokit/request";
import { ScmError, type CallContext } from "../forge.ts";
import { readFailure, toScmError } from "./call-failure.ts";
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
  return async ({ operation, route, parameters = {}, mutates = false, answers = [] }, { signal }) => {
    const began = clock();
    const told = (status: number) => site.onCall?.(callOf({ operation, mutates, status }, clock() - began));
    try {
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const { status, data, headers } = await request(route, {
        ...parameters,
        request: { signal: bounded, hook: auth.hook.bind(auth) },
      });
      told(status);
      return { status, data, headers };
    } catch (error) {
      signal.throwIfAborted();
      const failure = readFailure(error, clock());
      told(failure.status);
      if (answers.includes(failure.status))
        return { status: failure.status, data: failure.body, headers: failure.headers };
      if (failure.status === 401) throw unknownApp(failure.message, error);
      throw toScmError(failure, { operation, mutates });
    }
  };
}

function unknownApp(message: string, cause: unknown): ScmError {
  const words = `GitHub does not know us as this App (${message}). Check SCM_GITHUB_APP_ID and SCM_GITHUB_PRIVATE_KEY, and this machine's clock.`;
  return new ScmError("denied", words, { cause });
}

function callOf(order: Pick<ForgeCall, "operation" | "mutates" | "status">, durationMs: number): ForgeCall {
  return { ...order, kind: "rest", installation: null, durationMs, cost: null };
}
