import { expect, test } from "vitest";
import type { Derived } from "./derive.ts";
import { maxTries, mergeGate, type MergeAttempt } from "./merge-gate.ts";

type Input = Parameters<typeof mergeGate>[0];

const head = "a".repeat(40);
const ready: Derived = { state: "ready", causes: [], action: { do: "merge", expectedHead: head, method: "merge" } };
const waiting: Derived = {
  state: "awaiting_approval",
  causes: [{ state: "awaiting_approval", message: "a person must approve" }],
  action: { do: "wait" },
};

const gate = (input: Partial<Input> = {}) =>
  mergeGate({ derived: ready, head, expectedHead: head, attempt: null, holdMs: 0, delegation: null, ...input });

test("ready, the head that was meant, never tried: merge", () => {
  expect(gate()).toEqual({
    gate: "merge",
    expectedHead: head,
    method: "merge",
  });
});

test("another head than the one meant is refused", () => {
  expect(gate({ head: "b".repeat(40) }).gate).toBe("refuse");
});

test("a state that is not ready is refused, with its cause", () => {
  const verdict = gate({ derived: waiting });
  expect(verdict).toEqual({ gate: "refuse", message: "it is awaiting_approval: a person must approve" });
});

test.each<[MergeAttempt, string]>([
  [{ result: "started", tries: 1 }, "read-back"],
  [{ result: "refused", tries: 1 }, "refuse"],
  [{ result: "contained", tries: 1 }, "refuse"],
  [{ result: "merged", tries: 1 }, "wait"],
  [{ result: "enqueued", tries: 1 }, "wait"],
  [{ result: "delegated", tries: 1 }, "merge"],
  [{ result: "head_moved", tries: 1 }, "refuse"],
  [{ result: "not_done", tries: 1 }, "merge"],
  [{ result: "base_moved", tries: maxTries - 1 }, "merge"],
  [{ result: "base_moved", tries: maxTries }, "refuse"],
])("an attempt %o on this fingerprint: %s", (attempt, is) => {
  expect(gate({ attempt }).gate).toBe(is);
});

test("a base that something was just merged into is left alone for a while, and the wish stays", () => {
  expect(gate({ holdMs: 4_000 })).toEqual({ gate: "wait", inMs: 4_000 });
  expect(gate({ holdMs: 4_000, attempt: { result: "refused", tries: 1 } }).gate).toBe("refuse");
});

test("a required queue is asked, not the merge; one that has taken it is left to it", () => {
  const queued: Derived = { ...ready, action: { do: "enqueue", expectedHead: head } };
  expect(gate({ derived: queued })).toEqual({ gate: "enqueue", expectedHead: head });
  expect(gate({ derived: { ...waiting, state: "queued" } })).toEqual({ gate: "granted" });
});

test.each(["stale_read", "unknown"] as const)("a wish outlives %s, whatever head was read", (state) => {
  const derived: Derived = { ...waiting, state };
  expect(gate({ derived, head: "b".repeat(40) })).toEqual({ gate: "wait", inMs: null });
  expect(gate({ derived, attempt: { result: "started", tries: 1 } })).toEqual({ gate: "read-back" });
});

test("what waits may be left to the forge, once, where the policy says so", () => {
  const delegation = { armed: false, method: "squash" };
  expect(gate({ derived: waiting, delegation })).toEqual({ gate: "delegate", expectedHead: head, method: "squash" });
  expect(gate({ derived: waiting, delegation: { ...delegation, armed: true } }).gate).toBe("wait");
  expect(gate({ derived: waiting, delegation, attempt: { result: "delegated", tries: 1 } }).gate).toBe("wait");
  expect(gate({ derived: { ...waiting, state: "draft" }, delegation }).gate).toBe("refuse");
});
