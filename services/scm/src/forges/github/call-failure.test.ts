import { GraphqlResponseError } from "@octokit/graphql";
import { RequestError } from "@octokit/request-error";
import { expect, test } from "vitest";
import { readFailure, toScmError } from "./call-failure.ts";

const request = { method: "PUT", url: "https://api.github.com/x", headers: {} } as const;

function answered(status: number, message = "said", headers: Record<string, string> = {}) {
  return new RequestError(message, status, {
    request,
    response: { status, url: request.url, headers, data: { message } },
  });
}

function unanswered(cause: Error) {
  const error = new RequestError("fetch failed", 500, { request });
  error.cause = cause;
  return error;
}

function graphql(...errors: { type?: string; message: string; path?: string[]; extensions?: { code: string } }[]) {
  const body = { data: null, errors };
  return new GraphqlResponseError({ method: "POST", url: "/graphql" }, {}, body as never);
}

const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
const reset = Object.assign(new Error("read"), { code: "ECONNRESET" });

test.each([
  ["401", answered(401), "denied", "denied"],
  ["403", answered(403), "denied", "denied"],
  ["404", answered(404), "gone", "gone"],
  ["409", answered(409), "conflict", "conflict"],
  ["410", answered(410), "gone", "gone"],
  ["422", answered(422), "invalid", "invalid"],
  ["418", answered(418), "invalid", "invalid"],
  ["429", answered(429), "rate", "rate"],
  ["403 of a limit", answered(403, "said", { "retry-after": "1" }), "rate", "rate"],
  ["500", answered(500), "unavailable", "unknown_outcome"],
  ["502", answered(502), "unavailable", "unknown_outcome"],
  ["no connection", unanswered(refused), "unavailable", "unavailable"],
  [
    "no connection, two names deep",
    unanswered(new TypeError("fetch failed", { cause: refused })),
    "unavailable",
    "unavailable",
  ],
  ["a connection that was reset", unanswered(reset), "unavailable", "unknown_outcome"],
  ["a time-out", new DOMException("timed out", "TimeoutError"), "unavailable", "unknown_outcome"],
  ["GraphQL: not found", graphql({ type: "NOT_FOUND", message: "no" }), "gone", "gone"],
  ["GraphQL: forbidden", graphql({ type: "FORBIDDEN", message: "no" }), "denied", "denied"],
  ["GraphQL: refused", graphql({ type: "UNPROCESSABLE", message: "no" }), "invalid", "invalid"],
  ["GraphQL: over the limit", graphql({ type: "RATE_LIMITED", message: "no" }), "rate", "rate"],
  ["GraphQL: a wrong query", graphql({ message: "no", extensions: { code: "undefinedField" } }), "invalid", "invalid"],
  ["GraphQL: an accident", graphql({ message: "Something went wrong" }), "unavailable", "unknown_outcome"],
  [
    "GraphQL: an accident beside a verdict",
    graphql({ type: "FORBIDDEN", message: "no" }, { message: "Something went wrong" }),
    "unavailable",
    "unknown_outcome",
  ],
])("%s: a read is %s, a change %s", (_name, thrown, read, change) => {
  const failure = readFailure(thrown, 0);
  expect(toScmError(failure, { operation: "x", mutates: false }).kind).toBe(read);
  expect(toScmError(failure, { operation: "x", mutates: true }).kind).toBe(change);
});

test("a message tells no token", () => {
  const failure = readFailure(answered(403, `bad ghs_${"a".repeat(40)}`), 0);
  expect(toScmError(failure, { operation: "x", mutates: false }).message).toBe("GitHub, x: bad [token]");
});
