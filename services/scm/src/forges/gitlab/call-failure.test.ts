import { expect, test } from "vitest";
import { failureOf, messageOf, refusalOf } from "./call-failure.ts";

const now = Date.parse("2026-11-22T10:00:00Z");
const answer = (status: number, headers: Record<string, string> = {}, body: unknown = null) => ({
  status,
  headers: new Headers(headers),
  body,
});
const asked = (mutates: boolean) => ({ operation: "try", mutates });

test.each([
  [400, "invalid", "invalid"],
  [401, "denied", "denied"],
  [403, "denied", "denied"],
  [404, "gone", "gone"],
  [405, "invalid", "invalid"],
  [408, "unavailable", "unavailable"],
  [409, "conflict", "conflict"],
  [422, "invalid", "invalid"],
  [429, "rate", "rate"],
  [500, "unavailable", "unknown_outcome"],
  [502, "unavailable", "unknown_outcome"],
  [302, "unavailable", "unknown_outcome"],
])("%i is %s, and %s of a change", (status, read, change) => {
  expect(refusalOf(answer(status), asked(false), now).kind).toBe(read);
  expect(refusalOf(answer(status), asked(true), now).kind).toBe(change);
});

test.each([
  [{ "retry-after": "17" }, 17_000],
  [{ "ratelimit-reset": String(now / 1000 + 30) }, 30_000],
  [{ "ratelimit-reset": String(now / 1000 - 30) }, 1_000],
  [{}, 60_000],
  [{ "retry-after": "soon" }, 60_000],
])("%j is to be left alone for %i ms", (headers, ms) => {
  expect(refusalOf(answer(429, headers), asked(false), now).retryAfterMs).toBe(ms);
});

test.each([
  [{ message: "404 Not found" }, "404 Not found"],
  [{ message: ["one", "two"] }, "one; two"],
  [{ message: { title: ["is too long"] } }, '{"title":["is too long"]}'],
  [{ error: "insufficient_scope", error_description: "more is needed" }, "more is needed"],
  ["Retry later", "without a reason"],
  [null, "without a reason"],
])("%j says %s", (body, words) => {
  expect(messageOf(body)).toBe(words);
});

function thrown(code: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error("connect"), { code }) });
}

test.each([
  ["ECONNREFUSED", "unavailable"],
  ["ENOTFOUND", "unavailable"],
  ["ECONNRESET", "unknown_outcome"],
  ["UND_ERR_SOCKET", "unknown_outcome"],
])("a change that ends in %s is %s", (code, kind) => {
  expect(failureOf(thrown(code), asked(true)).kind).toBe(kind);
  expect(failureOf(thrown(code), asked(false)).kind).toBe("unavailable");
});
