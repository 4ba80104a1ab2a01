import { carryOut } from "./carry-out.ts";
import type { Change } from "./change.ts";
import { aggregatesOf, type Decision } from "./decision.ts";
import { evolve } from "./evolve.ts";
import { earlier, type Explanation, type Rule } from "./rule.ts";
import { rules as allRules } from "./rules/index.ts";
import type { Snapshot } from "./snapshot.ts";

/** A decision and the rule that made it. */
export interface Decided {
  readonly rule: string;
  readonly decision: Decision;
}
/** What a rule said about a bead it left alone. */
export interface Said extends Explanation {
  readonly rule: string;
}

/** What all rules found in one snapshot. */
export interface Pass {
  readonly decisions: readonly Decided[];
  readonly said: readonly Said[];
  readonly nextLook: number | null;
}

/**
 * One pass: every rule looks at the same snapshot, in order. A decision about something that an earlier one of this pass
 * changes is left out (W9): the next pass sees the change and decides again. At a town that was stopped by hand only the rules
 * look that end things: here, so that no other rule has to think of it.
 */
export function reconcile(snapshot: Snapshot, now: number, rules: readonly Rule[] = allRules): Pass {
  const taken = new Set<string>();
  const decisions: Decided[] = [];
  const said: Said[] = [];
  let nextLook: number | null = null;
  const looking = snapshot.town.stopped === null ? rules : rules.filter(({ whileStopped }) => whileStopped === true);
  for (const rule of looking) {
    const findings = rule.look(snapshot, now);
    nextLook = earlier(nextLook, findings.nextLook);
    for (const explanation of findings.explanations) said.push({ ...explanation, rule: rule.name });
    for (const decision of findings.decisions) {
      const aggregates = aggregatesOf(decision);
      if (aggregates.some((id) => taken.has(id))) continue;
      for (const id of aggregates) taken.add(id);
      decisions.push({ rule: rule.name, decision });
    }
  }
  return { decisions, said, nextLook };
}

/** A decision that was carried out: what it changed, and the town right after it. */
export interface CarriedOut extends Decided {
  readonly changes: readonly Change[];
  readonly after: Snapshot;
}

/** A town in which every rule is satisfied, and the way there. */
export interface Settled {
  readonly steps: readonly CarriedOut[];
  readonly state: Snapshot;
  readonly said: readonly Said[];
  readonly nextLook: number | null;
  /** False when the rules still wanted something after `maxPasses`: two of them disagree, which is a bug. */
  readonly settled: boolean;
}

/** More passes than any bead needs to go through all its statuses at one moment. */
export const maxPasses = 20;

/** Passes, each on what the one before made of the town, until no rule wants anything any more. */
export function settle(snapshot: Snapshot, now: number, rules: readonly Rule[] = allRules): Settled {
  const steps: CarriedOut[] = [];
  let state = snapshot;
  for (let pass = 0; pass < maxPasses; pass += 1) {
    const { decisions, said, nextLook } = reconcile(state, now, rules);
    if (decisions.length === 0) return { steps, state, said, nextLook, settled: true };
    for (const decided of decisions) {
      const changes = carryOut(state, decided.decision, { actor: `rule:${decided.rule}`, now });
      state = afterAll(state, changes, now);
      steps.push({ ...decided, changes, after: state });
    }
  }
  const { said, nextLook } = reconcile(state, now, rules);
  return { steps, state, said, nextLook, settled: false };
}

function afterAll(snapshot: Snapshot, changes: readonly Change[], now: number): Snapshot {
  const { listeningSince } = snapshot;
  return changes.reduce<Snapshot>((state, change) => ({ ...evolve(state, change, now), listeningSince }), snapshot);
}
