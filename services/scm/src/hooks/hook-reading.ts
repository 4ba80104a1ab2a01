import type { AccessChange } from "./access-change.ts";
import type { Signal } from "./signal.ts";

/** Everything a delivery says. */
export interface HookReading {
  readonly signals: readonly Signal[];
  readonly access: readonly AccessChange[];
  /** The repository it is about, by its forge's id, for the inbox. */
  readonly repoId: string | null;
  readonly installation: string | null;
}

/** The body is not what the forge sends for this event: nobody can say what it means. */
export class InvalidHookError extends Error {
  override name = "InvalidHookError";
}

type Parts = Partial<Omit<Signal, "provider" | "kind">> & Pick<Signal, "provider" | "kind">;

/** A signal in which what is not given is null. */
export function signalOf(parts: Parts): Signal {
  return {
    repo: { id: null, name: null },
    pull: null,
    sha: null,
    branch: null,
    head: null,
    action: null,
    installation: null,
    at: null,
    ...parts,
  };
}

/** A branch's name in its full ref; null for a tag and everything else. */
export function branchOf(ref: string): string | null {
  const prefix = "refs/heads/";
  return ref.startsWith(prefix) ? ref.slice(prefix.length) : null;
}
