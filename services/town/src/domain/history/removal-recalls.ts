import type { RemovalChange } from "../changes/removal-change.ts";
import { nothing, ofBead, type Recalls } from "./recall.ts";

export const removalRecalls: Recalls<RemovalChange["type"]> = {
  "rig.updated": nothing,
  "rig.removed": nothing,
  "bead.deleted": ofBead,
  "town.deleted": nothing,
};
