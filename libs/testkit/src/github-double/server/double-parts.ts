import type { AppAuth, Deliveries } from "../ports.ts";
import type { Faults } from "../types.ts";
import type { World } from "../world/world.ts";
import type { CallLog } from "./call-log.ts";
import type { RateMeter } from "./rate-meter.ts";

/** What the double's servers work with. */
export interface DoubleParts {
  readonly now: () => number;
  readonly world: World;
  readonly auth: AppAuth;
  readonly deliveries: Deliveries;
  readonly faults: Faults;
  readonly rate: RateMeter;
  readonly log: CallLog;
  /** A defect of the double itself; it is told again when the double is closed. */
  readonly defect: (error: unknown) => void;
}
