import type { Json } from "../ports.ts";
import type { Faults } from "../types.ts";
import type { ApiAnswer } from "./api-answer.ts";

interface GateAsk {
  readonly kind: "rest" | "graphql";
  /** Route or operation: `PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge`, `mutation enqueuePullRequest`. */
  readonly name: string;
  readonly faults: Faults;
}

const secondaryWords = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";

/** What a fault answers in place of the API, without any effect; null: it goes on. */
export function gate({ kind, name, faults }: GateAsk): ApiAnswer | null {
  return failure(name, faults) ?? secondaryLimit(kind, faults);
}

function failure(name: string, { failures }: Faults): ApiAnswer | null {
  if (failures === null || failures.times <= 0 || !name.includes(failures.route ?? "")) return null;
  failures.times -= 1;
  return {
    status: failures.status,
    body: { message: failures.status >= 500 ? "Server Error" : "Failure on purpose" },
    headers: {},
  };
}

/** 403 or 429 with `retry-after` (or without one: then a minute is meant); GraphQL may say it with 200 (scm §1.10 [D]). */
function secondaryLimit(kind: GateAsk["kind"], { secondaryLimit: limit }: Faults): ApiAnswer | null {
  if (limit === null || limit.times <= 0) return null;
  limit.times -= 1;
  const status = limit.status === 200 && kind === "rest" ? 403 : (limit.status ?? 403);
  const body: Json =
    status === 200
      ? { errors: [{ type: "RATE_LIMITED", message: secondaryWords }] }
      : {
          message: secondaryWords,
          documentation_url: "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api",
        };
  const after = limit.retryAfterSeconds;
  return { status, body, headers: after === null ? {} : { "retry-after": `${after}` } };
}
