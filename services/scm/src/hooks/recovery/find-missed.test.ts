import { expect, test } from "vitest";
import type { DeliveryAttempt } from "./delivery-log.ts";
import { findMissed } from "./find-missed.ts";

let ids = 0;
const attempt = (delivery: string, status: string): DeliveryAttempt => ({
  id: String((ids += 1)),
  delivery,
  event: "push",
  at: new Date(0),
  arrived: status === "OK",
  status,
});

test.each([
  ["nothing was delivered", [], []],
  ["one that arrived", [["a", "OK"]], []],
  ["one that was answered with 503", [["a", "Service Unavailable"]], ["a"]],
  ["one that nobody answered", [["a", "failed to connect to host"]], ["a"]],
  [
    "one that arrived at the second try",
    [
      ["a", "OK"],
      ["a", "timed out"],
    ],
    [],
  ],
  [
    "one that arrived first and was sent again in vain",
    [
      ["a", "timed out"],
      ["a", "OK"],
    ],
    [],
  ],
  [
    "three tries in vain are one delivery",
    [
      ["a", "timed out"],
      ["a", "timed out"],
      ["a", "503"],
    ],
    ["a"],
  ],
  [
    "several, oldest first",
    [
      ["c", "503"],
      ["b", "OK"],
      ["a", "503"],
    ],
    ["a", "c"],
  ],
])("given %s", (_, tries, expected) => {
  const attempts = tries.map(([delivery = "", status = ""]) => attempt(delivery, status));
  expect(findMissed(attempts).map(({ delivery }) => delivery)).toEqual(expected);
});

test("the last try is the one that is repeated", () => {
  const [last, first] = [attempt("a", "timed out"), attempt("a", "503")];
  expect(findMissed([last, first])).toEqual([last]);
});
