import { z } from "zod";
import { ScmError } from "../forge.ts";

export interface Asked {
  readonly operation: string;
  readonly mutates: boolean;
}

export interface Refused {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** GitLab's answer in the service's words: a refusal is one, and a change that ends in a server's error has an unknown outcome. */
export function refusalOf({ status, headers, body }: Refused, { operation, mutates }: Asked, now: number): ScmError {
  const text = `GitLab, ${operation}: ${status} ${messageOf(body)}`;
  if (status === 429) return new ScmError("rate", text, { retryAfterMs: retryAfterOf(headers, now) });
  const kind = kinds[status];
  if (kind !== undefined) return new ScmError(kind, text);
  if (status >= 400 && status < 500) return new ScmError("invalid", text);
  return new ScmError(mutates ? "unknown_outcome" : "unavailable", text);
}

const kinds: Readonly<Record<number, ScmError["kind"]>> = {
  401: "denied",
  403: "denied",
  404: "gone",
  408: "unavailable",
  409: "conflict",
  410: "gone",
};

/** One minute, as long as GitLab counts requests, when it does not say (docs: rate limits). */
const defaultRetryMs = 60_000;

/** `Retry-After` in seconds, else `RateLimit-Reset` as a time. */
function retryAfterOf(headers: Headers, now: number): number {
  const after = Number(headers.get("retry-after") ?? Number.NaN);
  if (Number.isFinite(after) && after >= 0) return after * 1_000;
  const reset = Number(headers.get("ratelimit-reset") ?? Number.NaN);
  return Number.isFinite(reset) ? Math.max(1_000, reset * 1_000 - now) : defaultRetryMs;
}

const words = z.union([
  z.string(),
  z.array(z.string()).transform((lines) => lines.join("; ")),
  z.record(z.string(), z.unknown()).transform((fields) => JSON.stringify(fields)),
]);
const refusal = z.object({ message: words.optional(), error: words.optional(), error_description: words.optional() });

/** GitLab's own words in a refusal, for people; never to decide by. */
export function messageOf(body: unknown): string {
  const said = refusal.safeParse(body);
  if (!said.success) return "without a reason";
  const { message, error, error_description: description } = said.data;
  return message ?? description ?? error ?? "without a reason";
}

/** A call without an answer: nothing happened when no connection was made or it was not sent, else nobody knows. */
export function failureOf(cause: unknown, { operation, mutates }: Asked): ScmError {
  const why = cause instanceof Error ? innermost(cause).message : String(cause);
  const kind = mutates && !wasNeverSent(cause) ? "unknown_outcome" : "unavailable";
  return new ScmError(kind, `GitLab, ${operation}: ${why}`, { cause });
}

const neverSent: ReadonlySet<unknown> = new Set([
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

function wasNeverSent(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if ("code" in at && neverSent.has(at.code)) return true;
  return false;
}

function innermost(error: Error): Error {
  return error.cause instanceof Error ? innermost(error.cause) : error;
}
