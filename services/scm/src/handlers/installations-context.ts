import type { Database } from "@gastown/db";
import type { Logger } from "@gastown/telemetry";
import type { AppApi } from "../forges/github/app-api.ts";

/** What the installations of the GitHub App are kept with. */
export interface InstallationsContext {
  readonly db: Database;
  /** Null: this installation of Gastown has no GitHub App. */
  readonly app: AppApi | null;
  readonly logger: Logger;
}
