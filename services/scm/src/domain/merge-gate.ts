import type { Derived } from "./derive.ts";

/**
 * What became of an attempt. `started`: it has begun, and its end is not known. `not_done`: it is known not to have happened.
 * `contained`: the forge never said so, but its base has all of the head. `enqueued`: the forge's queue took it; `ejected`: and let it go.
 * `delegated`: the forge was told to merge it by itself.
 */
export type AttemptResult =
  | "started"
  | "merged"
  | "refused"
  | "head_moved"
  | "base_moved"
  | "not_done"
  | "contained"
  | "enqueued"
  | "ejected"
  | "delegated";

/** What is stored of the merge attempt on a fingerprint. */
export interface MergeAttempt {
  readonly result: AttemptResult;
  readonly tries: number;
}

export type GateVerdict =
  | { readonly gate: "merge" | "delegate"; readonly expectedHead: string; readonly method: string }
  | { readonly gate: "enqueue"; readonly expectedHead: string }
  /** The wish stays and is looked at again; `inMs` null: when the pull request is. */
  | { readonly gate: "wait"; readonly inMs: number | null }
  /** The forge has taken it over. */
  | { readonly gate: "granted" }
  /** The wish is over: it cannot be granted as things are. */
  | { readonly gate: "refuse"; readonly message: string }
  /** The outcome of an attempt is not known yet: read back first (scm §0.7). */
  | { readonly gate: "read-back" };

/** How often an attempt that is known not to have happened may be made again on one fingerprint (scm §1.7: at most 3 rounds). */
export const maxTries = 3;
/** The forge has said that it merged or took it, and a reading does not show it yet. */
const settlesInMs = 1_000;

interface GateInput {
  readonly derived: Derived;
  readonly head: string;
  /** The head the wish is for. */
  readonly expectedHead: string;
  /** The attempt stored for the snapshot's fingerprint, if any. */
  readonly attempt: MergeAttempt | null;
  /** How long nothing may be merged into the base yet. */
  readonly holdMs: number;
  /** Whether the forge may be told to merge by itself, and was; null when it may not. */
  readonly delegation: { readonly armed: boolean; readonly method: string } | null;
}

/**
 * Whether a wish to merge may be granted now: only `ready`, only the head that was meant, one attempt per fingerprint. What is only
 * not known for a moment keeps the wish.
 */
export function mergeGate(input: GateInput): GateVerdict {
  const { derived, head, expectedHead, attempt } = input;
  if (passing.has(derived.state)) return attempt?.result === "started" ? readBack : keep;
  if (head !== expectedHead) return refuse(`the head is ${head.slice(0, 10)} now, not ${expectedHead.slice(0, 10)}`);
  if (derived.state === "queued") return { gate: "granted" };
  const { action } = derived;
  if (action.do === "enqueue") return gateTo({ gate: "enqueue", expectedHead }, input);
  if (action.do === "merge") return gateTo({ gate: "merge", expectedHead, method: action.method }, input);
  return whileItWaits(input);
}

/** States that say nothing yet. */
const passing: ReadonlySet<string> = new Set(["stale_read", "unknown"]);
/** States whose wait the forge can end by itself (scm §1.6). */
const delegable: ReadonlySet<string> = new Set(["awaiting_approval", "checks_pending", "behind"]);

const keep: GateVerdict = { gate: "wait", inMs: null };
const readBack: GateVerdict = { gate: "read-back" };

function gateTo(go: GateVerdict, { attempt, holdMs }: GateInput): GateVerdict {
  const next = attempt === null ? go : gateAfter(attempt, go);
  return next === go && holdMs > 0 ? { gate: "wait", inMs: holdMs } : next;
}

/** What an earlier attempt on the same fingerprint leads to. `again`: it did not happen; `settling`: it did, and is not seen yet. */
const afterwards: Readonly<Record<AttemptResult, "read-back" | "again" | "settling" | "go" | "over">> = {
  started: "read-back",
  not_done: "again",
  base_moved: "again",
  merged: "settling",
  enqueued: "settling",
  delegated: "go",
  refused: "over",
  contained: "over",
  ejected: "over",
  head_moved: "over",
};

function gateAfter({ result, tries }: MergeAttempt, go: GateVerdict): GateVerdict {
  switch (afterwards[result]) {
    case "read-back":
      return readBack;
    case "again":
      return tries < maxTries ? go : refuse(`${tries} attempts did not come through`);
    case "settling":
      return { gate: "wait", inMs: settlesInMs };
    case "go":
      return go;
    case "over":
      return refuse("it was tried, and nothing has changed since");
  }
}

function whileItWaits({ derived, expectedHead, attempt, delegation }: GateInput): GateVerdict {
  if (delegation !== null && delegable.has(derived.state)) {
    const tried = delegation.armed || attempt !== null;
    return tried ? keep : { gate: "delegate", expectedHead, method: delegation.method };
  }
  return refuse(`it is ${derived.state}: ${derived.causes[0]?.message ?? "no cause is known"}`);
}

function refuse(message: string): GateVerdict {
  return { gate: "refuse", message };
}
