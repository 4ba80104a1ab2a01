import { createHash } from "node:crypto";
import { derive, type Action, type Derived } from "../domain/derive.ts";
import { fingerprint } from "../domain/fingerprint.ts";
import { mergeGate, type GateVerdict } from "../domain/merge-gate.ts";
import type { DeriveContext, MergePolicy, Snapshot } from "../domain/snapshot.ts";
import type { PullLook, SettledAttempt } from "../store/pull-look.ts";
import type { AttemptRow } from "../store/rows.ts";

/** What a look comes to, before anything is stored. */
export interface Judgement {
  readonly derived: Derived;
  /** The fingerprint's digest: the key of a merge attempt. */
  readonly fingerprint: string;
  /** Attempts whose outcome the snapshot has shown. */
  readonly settled: readonly SettledAttempt[];
  /** Null when nobody wishes to merge, or there is nothing left to merge. */
  readonly gate: GateVerdict | null;
  readonly nextInMs: number;
}

/** How a rig's pull requests are merged: approvals and checks are the forge's own rules here. */
const policy: MergePolicy = {
  method: "merge",
  requireApproval: false,
  allowUnstable: false,
  resolveAllThreads: false,
  waitOptional: false,
  expectChecks: false,
  settleMs: 0,
};

/** Everything that moves a pull request wakes a look; this is for what did not, as a push past us (scm §3.2: a backstop). */
const backstopMs = 15 * 60_000;
const readBackAgainMs = 2_000;

/** Judges a snapshot in the light of what is wished and of what was tried before. */
export function judgePull(
  look: PullLook,
  snapshot: Snapshot,
  { now, readBackMs }: { now: Date; readBackMs: number },
): Judgement {
  const key = createHash("sha256").update(fingerprint(snapshot)).digest("hex");
  const settled = readBack(look, snapshot, new Date(now.getTime() - readBackMs));
  const attempt = attemptOn(key, look, settled);
  const derived = derive(snapshot, policy, contextOf(look, { snapshot, now, attempt }));
  const { mergeWish, state, sameLooks } = look.pull;
  const wanted = derived.action.do === "end" ? null : mergeWish;
  const gate = wanted === null ? null : mergeGate({ derived, head: snapshot.head, expectedHead: wanted, attempt });
  const looks = state === derived.state ? sameLooks + 1 : 0;
  const nextInMs = gate?.gate === "read-back" ? readBackAgainMs : lookAgainIn(derived.action, looks);
  return { derived, fingerprint: key, settled, gate, nextInMs };
}

type Attempt = Pick<AttemptRow, "result" | "tries" | "message">;

function attemptOn(key: string, look: PullLook, settled: readonly SettledAttempt[]): Attempt | null {
  const stored = look.attempts.find((attempt) => attempt.fingerprint === key);
  return stored === undefined ? null : { ...stored, ...settled.find((end) => end.fingerprint === key) };
}

interface Known {
  readonly snapshot: Snapshot;
  readonly now: Date;
  readonly attempt: Attempt | null;
}

function contextOf({ pull }: PullLook, { snapshot, now, attempt }: Known): DeriveContext {
  const since = pull.headCommit === snapshot.head && pull.headSeenAt !== null ? pull.headSeenAt : now;
  return {
    knownHead: null,
    headAgeMs: now.getTime() - since.getTime(),
    refusal: attempt?.result === "refused" ? (attempt.message ?? "no reason told") : null,
  };
}

/** An attempt with an unknown outcome is read back, never repeated: merged, or, after a while, not done (scm §2.3). */
function readBack({ attempts }: PullLook, snapshot: Snapshot, doneBefore: Date): SettledAttempt[] {
  return attempts
    .filter((attempt) => attempt.result === "started")
    .flatMap(({ fingerprint: key, startedAt }): SettledAttempt[] => {
      if (snapshot.state === "merged")
        return [{ fingerprint: key, result: "merged", message: null, sha: snapshot.mergeSha }];
      return startedAt <= doneBefore ? [{ fingerprint: key, result: "not_done", message: null, sha: null }] : [];
    });
}

function lookAgainIn(action: Action, sameLooks: number): number {
  if (action.do === "end") return 0;
  if (!("ladderMs" in action)) return backstopMs;
  return action.ladderMs[Math.min(sameLooks, action.ladderMs.length - 1)] ?? backstopMs;
}
