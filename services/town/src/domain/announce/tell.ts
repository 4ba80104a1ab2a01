import type { DataOf, Event } from "@gastown/contracts";
import type { ChangeOf, ChangeType } from "../change.ts";
import type { TownState } from "../state.ts";

/** An event to publish. */
export interface Announcement<E extends Event = Event> {
  readonly event: E;
  readonly data: DataOf<E>;
  /** `bead/gt-1`, `agent/gt-2`, `rig/web`; null for the town. */
  readonly subject: string | null;
}

export type Tell<T extends ChangeType> = (change: ChangeOf<T>, after: TownState) => Announcement | null;
/** A part of the exhaustive table change → event; null: nobody is told. */
export type Tells<T extends ChangeType> = { readonly [K in T]: Tell<K> | null };

/** How much of a text an event carries; who needs all of it asks for the bead. */
export const maxTextBytes = 64 * 1024;

/** The event, about a subject. */
export function tell<E extends Event>(event: E, subject: string | null, data: DataOf<E>): Announcement {
  return { event, data, subject };
}
