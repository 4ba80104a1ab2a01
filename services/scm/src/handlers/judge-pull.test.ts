import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { fingerprint } from "../domain/fingerprint.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { localSnapshot } from "../forges/local/local-snapshot.ts";
import type { PullLook } from "../store/pull-look.ts";
import type { AttemptRow, PullRow } from "../store/rows.ts";
import { judgePull } from "./judge-pull.ts";

const head = "a".repeat(40);
const now = new Date("2026-11-22T12:00:00Z");
const snapshot = localSnapshot({
  ref: { town: "home", rig: "app", number: 1 },
  url: "",
  pull: {
    status: "open",
    draft: false,
    head: "gt/toast/gt-1",
    base: "main",
    headCommit: head,
    mergeCommit: null,
    mergeableHead: null,
    attemptedHeads: [],
    reviews: [],
    checks: [],
    requiredApprovals: 0,
    requiredChecks: [],
  },
  branches: { head, base: "b".repeat(40), contained: false, merged: null, conflict: "no", conflictFiles: [] },
  readAt: now,
});
const key = createHash("sha256").update(fingerprint(snapshot)).digest("hex");
const attempt = (result: AttemptRow["result"], ageMs = 0): AttemptRow => ({
  pull: "1",
  fingerprint: key,
  expectedHead: head,
  result,
  tries: 1,
  message: result === "refused" ? "no" : null,
  sha: null,
  startedAt: new Date(now.getTime() - ageMs),
  endedAt: null,
});
const look = (attempts: AttemptRow[], pull: Partial<PullRow> = {}): PullLook => {
  const seen = { mergeWish: head, state: "ready", sameLooks: 0, headCommit: head, headSeenAt: now, ...pull };
  return { pull: seen as PullRow, repo: {} as PullLook["repo"], waitingReviews: [], attempts };
};
const judge = (of: PullLook, read: Snapshot = snapshot, readBackMs = 0) => judgePull(of, read, { now, readBackMs });

test("ready and wished: merge, once", () => {
  expect(judge(look([])).gate).toMatchObject({ gate: "merge", expectedHead: head });
  expect(judge(look([], { mergeWish: null })).gate).toBeNull();
});

test("an attempt without an end is not done where that is certain, and may be made again", () => {
  const { settled, gate } = judge(look([attempt("started")]));
  expect(settled).toEqual([{ fingerprint: key, result: "not_done", message: null, sha: null }]);
  expect(gate).toMatchObject({ gate: "merge" });
});

test("where it is not certain yet, it is read back and nothing is repeated", () => {
  const { settled, gate, nextInMs } = judge(look([attempt("started", 5_000)]), snapshot, 30_000);
  expect({ settled, gate: gate?.gate, nextInMs }).toEqual({ settled: [], gate: "read-back", nextInMs: 2_000 });
});

test("an attempt that turns out to be merged is settled as such, and the wish is over", () => {
  const { settled, gate, derived } = judge(look([attempt("started")]), { ...snapshot, state: "merged", mergeSha: "c" });
  expect(settled).toMatchObject([{ result: "merged", sha: "c" }]);
  expect(gate).toBeNull();
  expect(derived.state).toBe("merged");
});

test("a refusal blocks until something changes", () => {
  expect(judge(look([attempt("refused")])).derived).toMatchObject({ state: "blocked", causes: [{ state: "blocked" }] });
  expect(judge(look([attempt("refused")]), { ...snapshot, base: "c".repeat(40) }).derived.state).toBe("ready");
});

test("looks at what is blocked come less and less often", () => {
  const times = [0, 1, 2, 3, 9].map(
    (sameLooks) => judge(look([attempt("refused")], { state: "blocked", sameLooks })).nextInMs,
  );
  expect(times).toEqual([120_000, 600_000, 3_600_000, 3_600_000, 3_600_000]);
});
