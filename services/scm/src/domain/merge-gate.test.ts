import { expect, test } from "vitest";
import type { Derived } from "./derive.ts";
import { maxTries, mergeGate, type MergeAttempt } from "./merge-gate.ts";

const head = "a".repeat(40);
const ready: Derived = { state: "ready", causes: [], action: { do: "merge", expectedHead: head, method: "merge" } };
const waiting: Derived = {
  state: "awaiting_approval",
  causes: [{ state: "awaiting_approval", message: "a person must approve" }],
  action: { do: "wait" },
};

test("ready, the head that was meant, never tried: merge", () => {
  expect(mergeGate({ derived: ready, head, expectedHead: head, attempt: null })).toEqual({
    gate: "merge",
    expectedHead: head,
    method: "merge",
  });
});

test("another head than the one meant is refused", () => {
  expect(mergeGate({ derived: ready, head: "b".repeat(40), expectedHead: head, attempt: null }).gate).toBe("refuse");
});

test("a state that is not ready is refused, with its cause", () => {
  const verdict = mergeGate({ derived: waiting, head, expectedHead: head, attempt: null });
  expect(verdict).toEqual({ gate: "refuse", message: "it is awaiting_approval: a person must approve" });
});

test.each<[MergeAttempt, string]>([
  [{ result: "started", tries: 1 }, "read-back"],
  [{ result: "refused", tries: 1 }, "refuse"],
  [{ result: "merged", tries: 1 }, "refuse"],
  [{ result: "head_moved", tries: 1 }, "refuse"],
  [{ result: "not_done", tries: 1 }, "merge"],
  [{ result: "base_moved", tries: maxTries - 1 }, "merge"],
  [{ result: "base_moved", tries: maxTries }, "refuse"],
])("an attempt %o on this fingerprint: %s", (attempt, gate) => {
  expect(mergeGate({ derived: ready, head, expectedHead: head, attempt }).gate).toBe(gate);
});
