import type { Database } from "@gastown/db";
import type { Logger } from "@gastown/telemetry";
import type { Forges } from "../forges/forges.ts";
import type { CheckEnd, CheckTrace } from "../forges/local/run-check.ts";

/** What handlers work with. */
export interface ScmContext {
  readonly db: Database;
  readonly forges: Forges;
  readonly logger: Logger;
  /** Where people reach us; told with each repository. */
  readonly publicUrl: string;
  /** Names this machine, so that what a check left on it is cleaned up there. */
  readonly host: string;
  readonly runCheck: (run: CheckOrder) => Promise<CheckEnd>;
  readonly sweepCheck: (trace: CheckTrace) => Promise<void>;
}

interface CheckOrder {
  readonly town: string;
  readonly rig: string;
  readonly commit: string;
  readonly command: string;
  readonly signal: AbortSignal;
  readonly onStart: (trace: CheckTrace) => Promise<void>;
}
