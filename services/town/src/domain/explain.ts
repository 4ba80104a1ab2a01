import type { Explanation as ExplanationView, HistoryEntry } from "@gastown/contracts";
import { isEnded, type Bead } from "./bead.ts";
import type { Said } from "./reconcile.ts";
import { isoTime, waitText } from "./time.ts";

/** What a rule says about a bead, as it is kept. */
export interface Cause extends Said {
  /** Since when the rule has been saying just this. */
  readonly since: number;
}

/** The causes after the rules have spoken: whoever says the same as before has been saying it since then. */
export function renewCauses(before: readonly Cause[], said: readonly Said[], now: number): Cause[] {
  const known = new Map(before.map((cause) => [`${cause.bead} ${cause.rule}`, cause]));
  // One voice for each rule: should it have said two things, the last stands.
  const last = new Map(said.map((s) => [`${s.bead} ${s.rule}`, s]));
  return Array.from(last, ([key, s]) => {
    const old = known.get(key);
    return { ...s, since: old !== undefined && old.says === s.says ? old.since : now };
  });
}

/** Why a bead is where it is, told at `now` from the causes that were stored and its last change. */
export function explain(
  bead: Bead,
  told: { causes: readonly Cause[]; lastCause: HistoryEntry | null; now: number },
): ExplanationView {
  const { causes, lastCause, now } = told;
  const newest = isEnded(bead) ? [] : causes.toSorted((a, b) => b.since - a.since);
  const reasons = newest.map(({ rule, says, since, until }) => ({
    rule,
    says: sayAt(says, until, now),
    since: isoTime(since),
  }));
  const untils = newest.flatMap(({ until }) => (until === null ? [] : [until]));
  const because = reasons[0]?.says;
  return {
    bead: bead.bead,
    status: bead.status,
    summary: `${bead.bead} ${because ?? ending(bead, lastCause)}`,
    reasons,
    movesWhen: [...new Set(newest.map((cause) => cause.movesWhen))],
    nextLookAt: untils.length === 0 ? null : isoTime(Math.min(...untils)),
    lastCause,
  };
}

function sayAt(says: string, until: number | null, now: number): string {
  return until === null ? says : says.replace("{wait}", waitText(until - now));
}

/** For a bead no rule speaks of: what became of it, or that it is none of theirs. */
function ending(bead: Bead, lastCause: HistoryEntry | null): string {
  if (bead.status === "failed") return `has failed (${bead.failure?.code}): ${bead.failure?.message}`;
  const reason = lastCause?.data["reason"];
  if (bead.status === "closed") return typeof reason === "string" ? `is closed: ${reason}` : "is closed";
  return untouched[bead.type](bead);
}

const untouched: { readonly [T in Bead["type"]]: (bead: Bead) => string } = {
  issue: ({ status }) => `is ${status}; the rules look at it in a moment`,
  merge_request: ({ status }) => `is ${status}; the rules look at it in a moment`,
  convoy: () => "is open; the rules look at it in a moment",
  molecule: () => "waits for its steps",
  escalation: () => "waits for a person to acknowledge or close it",
  message: ({ assignee }) => `waits to be fetched by ${assignee}`,
  agent: () => "is an agent",
};
