import type { ChangeOf, ChangeType } from "../change.ts";
import { without } from "../without.ts";

/** What a change leaves in the history of beads. */
export interface Remembered {
  /** The beads (agents are beads) it is told under. */
  readonly beads: readonly string[];
  readonly type: ChangeType;
  readonly data: Readonly<Record<string, unknown>>;
}

type Recalled = Omit<Remembered, "type">;
export type Recall<T extends ChangeType> = (change: ChangeOf<T>) => Recalled | null;
/** A part of the exhaustive table change → history. */
export type Recalls<T extends ChangeType> = { readonly [K in T]: Recall<K> };

/** Nothing is remembered. */
export function nothing(): null {
  return null;
}

/** Told under its bead, with everything else it says. */
export function ofBead(change: { readonly bead: string; readonly type: ChangeType }): Recalled {
  return { beads: [change.bead], data: without(change, "bead", "type") };
}
/** Told under the beads it names. */
export function ofAgent(change: { readonly agent: string; readonly type: ChangeType }): Recalled {
  return { beads: [change.agent], data: without(change, "agent", "type") };
}
/** Told under the beads it names. */
export function ofBoth(change: { readonly bead: string; readonly agent: string; readonly type: ChangeType }): Recalled {
  return { beads: [change.bead, change.agent], data: without(change, "type") };
}
/** Told under the beads it names. */
export function ofRequest(change: {
  readonly bead: string;
  readonly source: string | null;
  readonly type: ChangeType;
}): Recalled {
  return {
    beads: change.source === null ? [change.bead] : [change.bead, change.source],
    data: without(change, "type"),
  };
}
