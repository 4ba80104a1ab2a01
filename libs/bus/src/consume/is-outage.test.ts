import { expect, test } from "vitest";
import { isOutage } from "./is-outage.ts";

const coded = (code: string, options?: ErrorOptions): Error => Object.assign(new Error(code, options), { code });

test.each([
  ["a refused connection", coded("ECONNREFUSED"), true],
  ["a connection postgres.js lost", coded("CONNECTION_CLOSED"), true],
  ["a Postgres that starts", coded("57P03"), true],
  ["any connection exception of SQL", coded("08006"), true],
  ["a cause", new Error("query failed", { cause: coded("ECONNRESET") }), true],
  ["one of several", new AggregateError([new Error("x"), coded("ECONNREFUSED")]), true],
  ["a unique violation", coded("23505"), false],
  ["a plain error", new Error("no"), false],
  ["a text", "ECONNREFUSED", false],
  ["nothing", undefined, false],
])("%s: %s", (_, error, expected) => expect(isOutage(error)).toBe(expected));

test("a ring of causes ends", () => {
  const ring = new Error("ring");
  ring.cause = ring;
  expect(isOutage(ring)).toBe(false);
});
