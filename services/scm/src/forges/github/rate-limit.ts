/** What GitHub's answer says about its limits. `scope`: the kind of call that was over its hour's budget, or everything. */
export interface LimitHit {
  readonly scope: "kind" | "all";
  /** Null: GitHub does not say. */
  readonly retryAfterMs: number | null;
}

export type Headers = Readonly<Record<string, string | number | undefined>>;

interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** The answer's body, as it was parsed. */
  readonly body: unknown;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Whether a refusal is one of GitHub's limits and no verdict on what was asked (scm §1.10): 429 always; 403, or 200 of GraphQL, with
 * `retry-after`, an empty budget or the words of the secondary limit, which are all GitHub says where it sends no header.
 * Obeys `retry-after` first, then the reset of the budget.
 */
export function limitOf({ status, headers, body, now }: Refusal): LimitHit | null {
  if (status !== 200 && status !== 403 && status !== 429) return null;
  const retryAfter = numberOf(headers["retry-after"]);
  if (retryAfter !== null) return { scope: "all", retryAfterMs: retryAfter * 1_000 };
  const untilReset = emptyBudgetMs(headers, now);
  if (untilReset !== null) return { scope: "kind", retryAfterMs: untilReset };
  return status === 429 || saysLimit(body) ? { scope: "all", retryAfterMs: null } : null;
}

/** How long until there is budget again, in milliseconds; null while there is some left. */
export function emptyBudgetMs(headers: Headers, now: number): number | null {
  const reset = numberOf(headers["x-ratelimit-reset"]);
  if (numberOf(headers["x-ratelimit-remaining"]) !== 0 || reset === null) return null;
  return Math.max(1_000, reset * 1_000 - now);
}

function numberOf(value: string | number | undefined): number | null {
  const number = Number(value ?? Number.NaN);
  return Number.isFinite(number) ? number : null;
}

function saysLimit(body: unknown): boolean {
  const text = typeof body === "string" ? body : JSON.stringify(body ?? "");
  return /secondary-rate-limits|secondary rate limit|RATE_LIMIT/i.test(text);
}
