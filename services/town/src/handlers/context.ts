import type { Database } from "@gastown/db";
import type { Logger } from "@gastown/telemetry";

/** What handlers work with. */
export interface TownContext {
  readonly db: Database;
  readonly logger: Logger;
  /** The clock, in milliseconds; read once per message and per look. */
  readonly clock: () => number;
  /** Since when this process hears what agents do: asked at each look, as a lost connection begins anew. */
  readonly listeningSince: () => number;
}

/** Where the loop is told that a town is due: what `startDueLoop` listens on by default. */
export const dueChannel = "town_towns_due";
