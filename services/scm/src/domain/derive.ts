import type { PrState } from "@gastown/contracts";
import { rows, whitelisted } from "./rows.ts";
import type { DeriveContext, MergePolicy, Snapshot } from "./snapshot.ts";

/** One reason for which a pull request is not merged, in words for its author. */
export interface Cause {
  readonly state: PrState;
  readonly message: string;
}

/** What is to be done about a pull request. `ladderMs`: read again after these times, and then as others are. */
export type Action =
  | { readonly do: "end" }
  | { readonly do: "wait" }
  | { readonly do: "rework" }
  | { readonly do: "reread" | "nudge" | "investigate"; readonly ladderMs: readonly number[] }
  | { readonly do: "update-branch"; readonly expectedHead: string }
  | { readonly do: "enqueue"; readonly expectedHead: string }
  | { readonly do: "merge"; readonly expectedHead: string; readonly method: string };

export interface Derived {
  readonly state: PrState;
  readonly causes: readonly Cause[];
  readonly action: Action;
}

/**
 * The state of a pull request, all causes for it and what to do (scm §2.1). Rows are tried in the order of the table: the
 * first that holds gives the state, all that hold are causes. Total: a word it does not know never means `ready`.
 */
export function derive(snapshot: Snapshot, policy: MergePolicy, context: DeriveContext): Derived {
  if (snapshot.state === "merged") return { state: "merged", causes: [], action: end };
  if (snapshot.state === "closed") return { state: "closed", causes: [], action: end };
  const input = { snapshot, policy, context };
  const causes = rows.flatMap((row) => row.messages(input).map((message) => ({ state: row.state, message })));
  const [first] = causes;
  if (first) return { state: first.state, causes, action: actions[first.state](snapshot) };
  if (!whitelisted(input)) {
    const message = `the forge says "${snapshot.gateRaw}" and names no reason`;
    return { state: "blocked", causes: [{ state: "blocked", message }], action: actions.blocked(snapshot) };
  }
  const expectedHead = snapshot.head;
  return {
    state: "ready",
    causes: [],
    action: snapshot.queue.required
      ? { do: "enqueue", expectedHead }
      : { do: "merge", expectedHead, method: policy.method },
  };
}

/** Times of scm §2.1 and §1.8, in milliseconds. */
const rereadLadder = [1_000, 2_000, 4_000, 8_000];
const nudgeLadder = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000];
const blockedLadder = [30_000, 120_000, 600_000];

const wait: Action = { do: "wait" };
const rework: Action = { do: "rework" };
const end: Action = { do: "end" };

/** The action of each state but `ready`, whose action depends on the queue. */
const actions: Record<Exclude<PrState, "ready">, (snapshot: Snapshot) => Action> = {
  merged: () => end,
  closed: () => end,
  stale_read: () => ({ do: "reread", ladderMs: rereadLadder }),
  queued: () => wait,
  conflicts: () => rework,
  draft: () => wait,
  changes_requested: () => rework,
  checks_failing: () => rework,
  unresolved_threads: () => rework,
  checks_pending: () => wait,
  behind: (snapshot) => ({ do: "update-branch", expectedHead: snapshot.head }),
  awaiting_approval: () => wait,
  unknown: () => ({ do: "nudge", ladderMs: nudgeLadder }),
  blocked: () => ({ do: "investigate", ladderMs: blockedLadder }),
};
