import type { NudgeView } from "@gastown/contracts";
import type { Trace } from "./trace.ts";

/** Something to be said to an agent: one row, whatever becomes of it (W17). */
export interface Nudge {
  readonly nudge: string;
  readonly agent: string;
  readonly message: string;
  readonly mode: NudgeView["mode"];
  readonly priority: NudgeView["priority"];
  /** Who says it: an actor, or `rule:<name>`. */
  readonly source: string;
  readonly state: NudgeView["state"];
  readonly reason: string | null;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  /** When the dispatcher was last asked to deliver it. */
  readonly askedAt: number | null;
  readonly deliveredAt: number | null;
  readonly trace: Trace;
  readonly version: number;
}
