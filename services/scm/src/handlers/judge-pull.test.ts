import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { fingerprint } from "../domain/fingerprint.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import { localSnapshot } from "../forges/local/local-snapshot.ts";
import type { PullLook } from "../store/pull-look.ts";
import type { AttemptRow, PullRow } from "../store/rows.ts";
import { gateInMs, judgePull } from "./judge-pull.ts";

const head = "a".repeat(40);
const now = new Date("2026-11-22T12:00:00Z");
const snapshot = localSnapshot({
  ref: { town: "home", rig: "app", number: 1 },
  url: "",
  pull: {
    status: "open",
    title: "Do it",
    body: "",
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
const repo = { forge: "local", merge: {}, requiredApprovals: 0, uncheckedMerges: 0 } as unknown as PullLook["repo"];
const look = (attempts: AttemptRow[], pull: Partial<PullRow> = {}): PullLook => {
  const seen = { state: "ready", sameLooks: 0, staleLooks: 0, headCommit: head, headSeenAt: now };
  const told = { knownHead: null, knownHeadAt: null, knownChangeAt: null, mergeWish: head };
  const row = { ...seen, ...told, ...pull } as PullRow;
  return { pull: row, repo, waitingReviews: [], attempts, reading: null, lastMergeAt: null, now };
};
const hosted = (of: PullLook, fields: Partial<PullLook["repo"]> = {}): PullLook => ({
  ...of,
  repo: { ...of.repo, forge: "github", ...fields },
});
type At = Parameters<typeof judgePull>[2];
const judge = (
  of: PullLook,
  read: Snapshot = snapshot,
  at: Partial<At["capabilities"]> & { contained?: boolean } = {},
) =>
  judgePull(of, read, {
    now,
    contained: at.contained ?? false,
    fresh: true,
    capabilities: { readBackMs: 0, pauseAfterMergeMs: 0, autoMerge: false, cheapReads: true, ...at },
  });
const elsewhere = { readBackMs: 30_000, pauseAfterMergeMs: 5_000, autoMerge: true, cheapReads: false };

test("ready and wished: merge, once", () => {
  expect(judge(look([])).gate).toMatchObject({ gate: "merge", expectedHead: head });
  expect(judge(look([], { mergeWish: null })).gate).toBeNull();
});

test("an attempt without an end is not done where that is certain, and may be made again", () => {
  const { settled, gate } = judge(look([attempt("started")]));
  expect(settled).toEqual([{ fingerprint: key, result: "not_done", message: null, sha: null }]);
  expect(gate).toMatchObject({ gate: "merge" });
});

test.each([
  [0, 1_000],
  [1_500, 1_500],
  [5_000, 5_000],
  [12_000, 18_000],
])("after %i ms it is read back in %i ms, and nothing is repeated", (ageMs, inMs) => {
  const of = look([attempt("started", ageMs)]);
  const judgement = judge(of, snapshot, elsewhere);
  expect(judgement.settled).toEqual([]);
  expect(judgement.gate).toEqual({ gate: "read-back" });
  expect(gateInMs(judgement, of, now)).toBe(inMs);
});

test("after 30 s it is not done, unless the base has all of it: then a person looks", () => {
  const of = look([attempt("started", 30_000)]);
  expect(judge(of, snapshot, elsewhere).settled).toMatchObject([{ result: "not_done" }]);
  const contained = judge(of, snapshot, { ...elsewhere, contained: true });
  expect(contained.settled).toMatchObject([{ result: "contained" }]);
  expect(contained.derived.state).toBe("blocked");
  expect(contained.gate).toMatchObject({ gate: "refuse" });
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
    (sameLooks) => judge(look([attempt("refused")], { state: "blocked", sameLooks })).next.inMs,
  );
  expect(times).toEqual([120_000, 600_000, 3_600_000, 3_600_000, 3_600_000]);
});

test("a head that a signal told of is believed for a minute, unless what is read is newer", () => {
  const told = { knownHead: "c".repeat(40), knownHeadAt: new Date(now.getTime() - 5_000), knownChangeAt: now };
  const state = (pull: Partial<PullRow>, read = snapshot) => judge(look([], pull), read).derived.state;
  expect(state(told)).toBe("stale_read");
  expect(state({ ...told, knownHead: head })).toBe("ready");
  expect(state({ ...told, knownHeadAt: new Date(now.getTime() - 61_000) })).toBe("ready");
  expect(state(told, { ...snapshot, updatedAt: "2026-11-22T12:00:01Z" })).toBe("ready");
  expect(state(told, { ...snapshot, updatedAt: "2026-11-22T11:59:59Z" })).toBe("stale_read");
});

test("what waits for a person is read once an hour, what is about to change far sooner", () => {
  const settled = look([], { headSeenAt: new Date(now.getTime() - 100_000) });
  const reads = (read: Partial<Snapshot>) => judge(hosted(settled), { ...snapshot, ...read }, elsewhere).next;
  expect(reads({ gate: "blocked", review: "required" })).toEqual({ inMs: 3_600_000, by: "poll" });
  expect(reads({ gate: "unknown" })).toEqual({ inMs: 1_000, by: "ladder" });
  expect(reads({ draft: true })).toEqual({ inMs: 300_000, by: "poll" });
});

test("a young head without checks is read when it has settled, unless heads get none there", () => {
  const young = hosted(look([], { headSeenAt: new Date(now.getTime() - 20_000) }));
  expect(judge(young, snapshot, elsewhere)).toMatchObject({
    derived: { state: "checks_pending" },
    next: { inMs: 40_000, by: "ladder" },
  });
  const without = hosted(young, { uncheckedMerges: 3 });
  expect(judge(without, snapshot, elsewhere).derived.state).toBe("ready");
});

test("the method is one that the repository allows, unless the rig names one", () => {
  const old = look([], { headSeenAt: new Date(now.getTime() - 100_000) });
  const squashOnly = { ...snapshot, methods: ["squash"] };
  expect(judge(hosted(old), squashOnly, elsewhere).gate).toMatchObject({ gate: "merge", method: "squash" });
  const named = hosted(old, { merge: { method: "rebase" } });
  expect(judge(named, squashOnly, elsewhere).derived.state).toBe("blocked");
});

test("the base rests after another merge, and longer each time it moved under ours", () => {
  const old = { headSeenAt: new Date(now.getTime() - 100_000) };
  const rests = (lastMergeAt: Date | null, attempts: AttemptRow[] = []) =>
    judge({ ...hosted(look(attempts, old)), lastMergeAt }, snapshot, elsewhere).gate;
  expect(rests(new Date(now.getTime() - 2_000))).toEqual({ gate: "wait", inMs: 3_000 });
  expect(rests(new Date(now.getTime() - 6_000))).toMatchObject({ gate: "merge" });
  const moved = (ageMs: number, on: string): AttemptRow => ({
    ...attempt("base_moved", ageMs),
    fingerprint: on,
    endedAt: new Date(now.getTime() - ageMs),
  });
  expect(rests(null, [moved(1_000, "1")])).toEqual({ gate: "wait", inMs: 3_000 });
  expect(rests(null, [moved(1_000, "1"), moved(9_000, "2")])).toEqual({ gate: "wait", inMs: 7_000 });
});
