import { createHash } from "node:crypto";
import { derive, type Derived } from "../domain/derive.ts";
import { fingerprint } from "../domain/fingerprint.ts";
import { knownHeadOf } from "../domain/known-head.ts";
import { mergeGate, type GateVerdict } from "../domain/merge-gate.ts";
import { mergePolicyOf } from "../domain/merge-policy.ts";
import { nextReading, type NextReading } from "../domain/next-reading.ts";
import { baseMovedHoldMs, readBackInMs, refusalIn, type PastAttempt } from "../domain/past-attempts.ts";
import type { DeriveContext, MergePolicy, Snapshot } from "../domain/snapshot.ts";
import type { Forge } from "../forges/forge.ts";
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
  /** Readings in a row that found this state, before this one. */
  readonly looks: number;
  readonly next: NextReading;
}

type Capabilities = ReturnType<Forge["capabilities"]>;

interface JudgeAt {
  readonly now: Date;
  readonly capabilities: Pick<Capabilities, "readBackMs" | "pauseAfterMergeMs" | "autoMerge" | "cheapReads">;
  /** The base has all of the head, though the pull request is open. */
  readonly contained: boolean;
  /** This reading was not judged before. */
  readonly fresh: boolean;
}

/** Judges a snapshot in the light of what is wished and of what was tried before. */
export function judgePull(look: PullLook, snapshot: Snapshot, at: JudgeAt): Judgement {
  const key = createHash("sha256").update(fingerprint(snapshot)).digest("hex");
  const settled = [...readBack(look, snapshot, at), ...ejected(look, snapshot)];
  const attempts = look.attempts.map((attempt) => ({ ...attempt, ...settledAs(attempt, settled, at.now) }));
  const attempt = attempts.find((one) => one.fingerprint === key) ?? null;
  const policy = mergePolicyOf({ ...look.repo, expectsChecks: look.repo.uncheckedMerges < trustedMerges }, snapshot);
  // What the queue has let go stays that until there is another head, whatever becomes of the base.
  const hindering = attempts.find((one) => one.result === "ejected" && one.expectedHead === snapshot.head) ?? attempt;
  const context = contextOf(look, snapshot, { now: at.now.getTime(), attempt: hindering && pastOf(hindering) });
  const derived = derive(snapshot, policy, context);
  const gate = gateOf(look, snapshot, { ...at, derived, policy, attempt, attempts });
  const looks = looksOf(look, derived, at.fresh);
  const settlesInMs = policy.expectChecks && snapshot.checks.total === 0 ? policy.settleMs - context.headAgeMs : null;
  const next = nextReading({ state: derived.state, action: derived.action, sameLooks: looks, settlesInMs });
  return {
    derived,
    fingerprint: key,
    settled,
    gate,
    looks,
    next: at.capabilities.cheapReads ? byItself(next, derived) : next,
  };
}

/** Merges of heads without any check after which a repository is known to have none (scm §1.4). */
const trustedMerges = 3;
/** Everything that moves a pull request of ours wakes a look; this is for what did not, as a push past us (scm §3.2: a backstop). */
const backstopMs = 15 * 60_000;

function byItself(next: NextReading, { state }: Derived): NextReading {
  return next.by === "poll" && state !== "blocked" ? { ...next, inMs: backstopMs } : next;
}

function looksOf({ pull }: PullLook, { state }: Derived, fresh: boolean): number {
  if (state === "stale_read") return pull.staleLooks;
  return pull.state === state ? pull.sameLooks + (fresh ? 1 : 0) : 0;
}

function settledAs({ fingerprint: key }: AttemptRow, settled: readonly SettledAttempt[], now: Date) {
  const end = settled.find((one) => one.fingerprint === key);
  return end === undefined ? {} : { ...end, endedAt: now };
}

function pastOf({ result, message, startedAt, endedAt }: AttemptRow): PastAttempt {
  return { result, message, startedAt: startedAt.getTime(), endedAt: endedAt?.getTime() ?? null };
}

interface Known {
  readonly now: number;
  readonly attempt: PastAttempt | null;
}

function contextOf({ pull }: PullLook, snapshot: Snapshot, { now, attempt }: Known): DeriveContext {
  const { knownHead, knownHeadAt, knownChangeAt, headSeenAt } = pull;
  const since = pull.headCommit === snapshot.head && headSeenAt !== null ? headSeenAt.getTime() : now;
  const heardAt = knownHeadAt?.getTime() ?? 0;
  const told = knownHead === null ? null : { head: knownHead, heardAt, changedAt: knownChangeAt?.getTime() ?? null };
  const updatedAt = snapshot.updatedAt === null ? null : Date.parse(snapshot.updatedAt);
  return {
    knownHead: knownHeadOf(told, { head: snapshot.head, updatedAt }, now),
    headAgeMs: now - since,
    refusal: refusalIn(attempt, now),
  };
}

/** An attempt with an unknown outcome is read back, never repeated: merged, or, after a while, not done (scm §2.3). */
function readBack({ attempts }: PullLook, snapshot: Snapshot, at: JudgeAt): SettledAttempt[] {
  const { now, capabilities, contained } = at;
  const doneBefore = now.getTime() - capabilities.readBackMs;
  return attempts
    .filter((attempt) => attempt.result === "started")
    .flatMap(({ fingerprint: key, startedAt }): SettledAttempt[] => {
      const end = { fingerprint: key, message: null, sha: null };
      if (snapshot.state === "merged") return [{ ...end, result: "merged", sha: snapshot.mergeSha }];
      if (snapshot.state !== "closed" && startedAt.getTime() > doneBefore) return [];
      return [{ ...end, result: contained ? "contained" : "not_done" }];
    });
}

/** It was seen in the queue, and is open and not in it any more: nobody is told of that but by us (scm §1.5). */
function ejected({ pull, attempts }: PullLook, { state, queue }: Snapshot): SettledAttempt[] {
  if (pull.state !== "queued" || state !== "open" || queue.in) return [];
  return attempts
    .filter((attempt) => attempt.result === "enqueued")
    .map(({ fingerprint: key }) => ({ fingerprint: key, result: "ejected", message: null, sha: null }));
}

interface Gating extends JudgeAt {
  readonly derived: Derived;
  readonly policy: MergePolicy;
  readonly attempt: AttemptRow | null;
  readonly attempts: readonly AttemptRow[];
}

function gateOf(look: PullLook, snapshot: Snapshot, at: Gating): GateVerdict | null {
  const { derived, policy, attempt } = at;
  const expectedHead = derived.action.do === "end" ? null : look.pull.mergeWish;
  if (expectedHead === null) return null;
  const native = policy.delegate === "native" && at.capabilities.autoMerge && hasRules(snapshot);
  const delegation = native ? { armed: snapshot.autoMerge, method: policy.method } : null;
  const holdMs = holdOf(look, at);
  return mergeGate({ derived, head: snapshot.head, expectedHead, attempt, holdMs, delegation });
}

/** On a base that demands nothing, a merge that is left to the forge protects nothing (scm §1.6). */
function hasRules({ review, checks }: Snapshot): boolean {
  const { failing, pending, missing } = checks.required;
  return review === "required" || review === "approved" || failing.length + pending.length + missing.length > 0;
}

function holdOf({ lastMergeAt }: PullLook, { now, capabilities, attempts }: Gating): number {
  const { pauseAfterMergeMs } = capabilities;
  if (pauseAfterMergeMs === 0) return 0;
  const pause = lastMergeAt === null ? 0 : lastMergeAt.getTime() + pauseAfterMergeMs - now.getTime();
  return Math.max(0, pause, baseMovedHoldMs(attempts.map(pastOf), now.getTime()));
}

/** How long until the wish to merge is looked at again, whatever comes; null when nothing has to be done for it. */
export function gateInMs({ gate, settled }: Judgement, { attempts }: PullLook, now: Date): number | null {
  if (gate?.gate === "wait") return gate.inMs;
  const ended = new Set(settled.map((end) => end.fingerprint));
  const open = attempts.filter((attempt) => attempt.result === "started" && !ended.has(attempt.fingerprint));
  if (open.length === 0) return null;
  return Math.min(...open.map((attempt) => readBackInMs(pastOf(attempt), now.getTime())));
}
