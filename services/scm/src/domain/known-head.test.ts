import { expect, test } from "vitest";
import { knownHeadOf, type ToldHead } from "./known-head.ts";

const now = 1_000_000;
const told: ToldHead = { head: "new", heardAt: now - 5_000, changedAt: 500 };
const read = { head: "old", updatedAt: 400 };

test.each<[string, ToldHead | null, { head: string; updatedAt: number | null }, string | null]>([
  ["nothing was heard", null, read, null],
  ["an older reading of another head", told, read, "new"],
  ["a reading that does not say of when it is", told, { ...read, updatedAt: null }, "new"],
  ["a signal that does not say of when it is", { ...told, changedAt: null }, read, "new"],
  ["a reading of the same instant", told, { ...read, updatedAt: 500 }, "new"],
  ["a newer reading: the signal was late", told, { ...read, updatedAt: 501 }, null],
  ["the same head", told, { ...read, head: "new" }, null],
  ["a signal of more than a minute ago", { ...told, heardAt: now - 60_001 }, read, null],
])("%s", (_given, signal, reading, known) => {
  expect(knownHeadOf(signal, reading, now)).toBe(known);
});
