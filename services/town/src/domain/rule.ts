import type { Decision } from "./decision.ts";
import type { Snapshot } from "./snapshot.ts";

/** What a rule says about a bead it leaves alone. */
export interface Explanation {
  readonly bead: string;
  /** Goes after the bead's id: `waits for a free polecat (cap 4)`. `{wait}` stands for the time until `until`. */
  readonly says: string;
  /** What would move it. */
  readonly movesWhen: string;
  /** When time alone moves it; null when it does not. */
  readonly until: number | null;
}

/** What a rule found. */
interface Findings {
  readonly decisions: readonly Decision[];
  readonly explanations: readonly Explanation[];
  /** The earliest moment at which looking again could change anything; null: only something that arrives could. */
  readonly nextLook: number | null;
}

/** Something that should be true of a town, whatever happened or got lost. */
export interface Rule {
  readonly name: string;
  /** It only ends things, so it looks at a town that was stopped by hand as well; no other rule does. */
  readonly whileStopped?: true;
  look(snapshot: Snapshot, now: number): Findings;
}

/** Gathers findings while a rule walks through a snapshot. */
export interface Notes {
  decide(decision: Decision): void;
  explain(explanation: Explanation): void;
  lookAt(time: number): void;
  findings(): Findings;
}

/** Empty notes. */
export function takeNotes(): Notes {
  const decisions: Decision[] = [];
  const explanations: Explanation[] = [];
  let nextLook: number | null = null;
  return {
    decide: (decision) => void decisions.push(decision),
    explain(explanation) {
      explanations.push(explanation);
      if (explanation.until !== null) this.lookAt(explanation.until);
    },
    lookAt: (time) => void (nextLook = earlier(nextLook, time)),
    findings: () => ({ decisions, explanations, nextLook }),
  };
}

/** The earlier of two moments; null is never. */
export function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

/** When somebody who was asked at `askedAt`, and answers with a fact, may be asked again: at once if never asked. */
export function askAgainAt(askedAt: number | null, snapshot: Snapshot): number {
  return askedAt === null ? 0 : askedAt + snapshot.town.policy.askAgainMs;
}
