import { expect, test } from "vitest";
import { fingerprint } from "./fingerprint.ts";
import type { Snapshot } from "./snapshot.ts";

const snapshot: Snapshot = {
  provider: "test",
  repo: "r",
  number: 1,
  url: "",
  title: "",
  body: "",
  state: "open",
  draft: false,
  head: "a",
  headRef: "gt/x/gt-1",
  base: "b",
  baseRef: "main",
  isFork: false,
  conflict: "no",
  conflictFiles: [],
  gate: "clean",
  gateRaw: "clean",
  review: "none",
  objections: [],
  approvals: { given: 0, required: 0 },
  codeOwnerPending: false,
  checks: {
    total: 0,
    required: { failing: [], pending: [], missing: [] },
    optional: { failing: [], pending: [] },
    complete: true,
    rollup: "none",
    forHead: null,
  },
  threads: { unresolved: 0, required: false, complete: true },
  queue: { required: false, in: false, state: null, position: null },
  autoMerge: false,
  methods: ["merge"],
  stack: null,
  mergeSha: null,
  permissions: { contents: true, workflows: true },
  touchesWorkflows: false,
  updatedAt: null,
  readAt: "2026-11-22T00:00:00Z",
  rawHash: "",
};

test("a later reading of the same things has the same fingerprint", () => {
  expect(fingerprint({ ...snapshot, readAt: "2026-11-23T00:00:00Z" })).toBe(fingerprint(snapshot));
});

test.each<[string, Partial<Snapshot>]>([
  ["head", { head: "c" }],
  ["base", { base: "c" }],
  ["draft", { draft: true }],
  ["gate", { gate: "unknown" }],
  ["review", { review: "approved" }],
  ["approvals", { approvals: { given: 1, required: 0 } }],
  ["objections", { objections: [{ reviewer: "user:ann", body: "", outdated: false }] }],
  ["checks", { checks: { ...snapshot.checks, rollup: "success" } }],
  ["threads", { threads: { unresolved: 1, required: false, complete: true } }],
])("another %s is another fingerprint", (_name, change) => {
  expect(fingerprint({ ...snapshot, ...change })).not.toBe(fingerprint(snapshot));
});
