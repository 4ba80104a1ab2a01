import { expect, test } from "vitest";
import { emptyBudgetMs, limitOf } from "./rate-limit.ts";

const now = 1_000_000_000_000;
const empty = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(now / 1_000 + 90) };

test.each([
  ["429", { status: 429, headers: {}, body: {} }, { scope: "all", retryAfterMs: null }],
  [
    "403 with retry-after",
    { status: 403, headers: { "retry-after": "7" }, body: {} },
    { scope: "all", retryAfterMs: 7_000 },
  ],
  ["403 with an empty budget", { status: 403, headers: empty, body: {} }, { scope: "kind", retryAfterMs: 90_000 }],
  [
    "retry-after before the budget's reset",
    { status: 429, headers: { ...empty, "retry-after": "3" }, body: {} },
    { scope: "all", retryAfterMs: 3_000 },
  ],
  [
    "403 with nothing but the words of the secondary limit",
    { status: 403, headers: {}, body: { message: "You have exceeded a secondary rate limit." } },
    { scope: "all", retryAfterMs: null },
  ],
  [
    "200 of GraphQL",
    { status: 200, headers: {}, body: [{ type: "RATE_LIMITED" }] },
    { scope: "all", retryAfterMs: null },
  ],
  [
    "403 of a missing permission",
    {
      status: 403,
      headers: { "x-ratelimit-remaining": "4999" },
      body: { message: "Resource not accessible by integration" },
    },
    null,
  ],
  ["404", { status: 404, headers: empty, body: {} }, null],
  ["500", { status: 500, headers: empty, body: {} }, null],
])("%s", (_name, refusal, hit) => {
  expect(limitOf({ ...refusal, now })).toEqual(hit);
});

test("a budget is empty until its reset, and for a second at least", () => {
  expect(emptyBudgetMs(empty, now)).toBe(90_000);
  expect(emptyBudgetMs(empty, now + 200_000)).toBe(1_000);
  expect(emptyBudgetMs({ ...empty, "x-ratelimit-remaining": "1" }, now)).toBeNull();
  expect(emptyBudgetMs({}, now)).toBeNull();
});
