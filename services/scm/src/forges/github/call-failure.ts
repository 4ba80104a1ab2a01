import { GraphqlResponseError } from "@octokit/graphql";
import { RequestError } from "@octokit/request-error";
import { ScmError } from "../forge.ts";
import { limitOf, type Headers, type LimitHit } from "./rate-limit.ts";
import { redactTokens } from "./redact-tokens.ts";

/** One call that was not answered as it should be, before anybody decides what that means. */
export interface CallFailure {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly message: string;
  /** Errors of a GraphQL answer; empty for all else. */
  readonly errors: readonly GraphqlProblem[];
  /** GitHub cannot have seen it. */
  readonly neverSent: boolean;
  readonly limit: LimitHit | null;
  readonly cause: unknown;
}

export interface GraphqlProblem {
  /** GitHub's word for the kind of problem; null for what it did not foresee, as a time-out of its own. */
  readonly type: string | null;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What Octokit threw, taken apart. `now`: milliseconds since 1970. */
export function readFailure(cause: unknown, now: number): CallFailure {
  if (cause instanceof GraphqlResponseError) return graphqlFailure(cause, now);
  if (cause instanceof RequestError && cause.response !== undefined) {
    const { status, headers, data: body } = cause.response;
    const known = { status, headers, body, cause, errors: [], neverSent: false };
    return { ...known, message: redactTokens(cause.message), limit: limitOf({ status, headers, body, now }) };
  }
  const message = redactTokens(cause instanceof Error ? cause.message : String(cause));
  return {
    status: 0,
    headers: {},
    body: null,
    message,
    errors: [],
    neverSent: wasNeverSent(cause),
    limit: null,
    cause,
  };
}

function graphqlFailure(cause: GraphqlResponseError<unknown>, now: number): CallFailure {
  const errors = (cause.errors ?? []).map((error): GraphqlProblem => ({
    type: typeof error.type === "string" ? error.type : (codeOf(error) ?? null),
    path: Array.isArray(error.path) ? error.path : [],
    message: redactTokens(error.message),
  }));
  const message = errors.map((error) => error.message).join("; ");
  const { headers } = cause;
  const limit = limitOf({ status: 200, headers, body: errors, now });
  return { status: 200, headers, body: cause.data, message, errors, neverSent: false, limit, cause };
}

/** A query GitHub does not take has no type but a code. */
function codeOf(error: object): string | undefined {
  const extensions = "extensions" in error ? error.extensions : undefined;
  const code = typeof extensions === "object" && extensions !== null && "code" in extensions ? extensions.code : null;
  return typeof code === "string" ? code : undefined;
}

const neverSentCodes: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_HAS_EXPIRED",
  "ERR_TLS_CERT_ALTNAME_INVALID",
]);

/** No connection was made, so that nothing can have happened. */
function wasNeverSent(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if ("code" in at && neverSentCodes.has(at.code)) return true;
  return false;
}

interface Asked {
  readonly operation: string;
  readonly mutates: boolean;
}

/**
 * The failure in the service's words (scm §1.7): what GitHub refused is refused, and a change whose answer is missing or a
 * server's error has an unknown outcome, which nobody may repeat.
 */
export function toScmError(failure: CallFailure, { operation, mutates }: Asked): ScmError {
  const { status, message, cause, limit } = failure;
  const say = (kind: ScmError["kind"], text: string) => new ScmError(kind, `GitHub, ${operation}: ${text}`, { cause });
  if (limit !== null) return say("rate", message);
  if (failure.errors.length > 0) return say(graphqlKind(failure.errors, mutates), message);
  if (failure.neverSent) return say("unavailable", `not reached: ${message}`);
  const kind = statusKinds[status];
  if (kind !== undefined) return say(kind, message);
  if (status >= 400 && status < 500) return say("invalid", `${status}: ${message}`);
  const text = status === 0 ? message : `${status}: ${message}`;
  return say(mutates ? "unknown_outcome" : "unavailable", text);
}

const statusKinds: Readonly<Record<number, ScmError["kind"]>> = {
  401: "denied",
  403: "denied",
  404: "gone",
  409: "conflict",
  410: "gone",
  422: "invalid",
  451: "denied",
};

const typeKinds: Readonly<Record<string, ScmError["kind"]>> = {
  NOT_FOUND: "gone",
  FORBIDDEN: "denied",
  INSUFFICIENT_SCOPES: "denied",
  STALE_DATA: "conflict",
  SERVICE_UNAVAILABLE: "unavailable",
};

/** A problem with a type is a verdict; one without is an accident, in whose course a change may have been made. */
function graphqlKind(errors: readonly GraphqlProblem[], mutates: boolean): ScmError["kind"] {
  const types = errors.map((error) => error.type);
  if (types.includes(null)) return mutates ? "unknown_outcome" : "unavailable";
  const kind = types.flatMap((type) => (type === null ? [] : (typeKinds[type] ?? [])))[0] ?? "invalid";
  return kind === "unavailable" && mutates ? "unknown_outcome" : kind;
}
