import type { Derived } from "./derive.ts";

/** What is stored of the merge attempt on a fingerprint. `started`: it has begun, and its end is not known. */
export interface MergeAttempt {
  readonly result: "started" | "merged" | "refused" | "head_moved" | "base_moved" | "not_done";
  readonly tries: number;
}

export type GateVerdict =
  | { readonly gate: "merge"; readonly expectedHead: string; readonly method: string }
  /** The wish is over: it cannot be granted as things are. */
  | { readonly gate: "refuse"; readonly message: string }
  /** The outcome of an attempt is not known yet: read back first (scm §0.7). */
  | { readonly gate: "read-back" };

/** How often an attempt that is known not to have happened may be made again on one fingerprint (scm §1.7: at most 3 rounds). */
export const maxTries = 3;

interface GateInput {
  readonly derived: Derived;
  readonly head: string;
  /** The head the wish is for. */
  readonly expectedHead: string;
  /** The attempt stored for the snapshot's fingerprint, if any. */
  readonly attempt: MergeAttempt | null;
}

/** Whether a wish to merge may be granted now: only `ready`, only the head that was meant, one attempt per fingerprint. */
export function mergeGate({ derived, head, expectedHead, attempt }: GateInput): GateVerdict {
  if (head !== expectedHead) return refuse(`the head is ${head.slice(0, 10)} now, not ${expectedHead.slice(0, 10)}`);
  if (derived.action.do !== "merge")
    return refuse(`it is ${derived.state}: ${derived.causes[0]?.message ?? "no cause is known"}`);
  const go = { gate: "merge", expectedHead, method: derived.action.method } as const;
  return attempt === null ? go : gateAfter(attempt, go);
}

function gateAfter(attempt: MergeAttempt, go: GateVerdict): GateVerdict {
  switch (attempt.result) {
    case "started":
      return { gate: "read-back" };
    case "not_done":
    case "base_moved":
      return attempt.tries < maxTries ? go : refuse(`${attempt.tries} attempts did not come through`);
    case "merged":
    case "refused":
    case "head_moved":
      return refuse("it was tried, and nothing has changed since");
  }
}

function refuse(message: string): GateVerdict {
  return { gate: "refuse", message };
}
