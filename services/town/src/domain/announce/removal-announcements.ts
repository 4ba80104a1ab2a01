import * as contracts from "@gastown/contracts";
import type { RemovalChange } from "../changes/removal-change.ts";
import { tell, type Tells } from "./tell.ts";

export const removalAnnouncements: Tells<RemovalChange["type"]> = {
  "rig.updated": ({ rig, changed }) => tell(contracts.rigUpdated, `rig/${rig}`, { rig, changed: Object.keys(changed) }),
  "rig.removed": ({ rig }) => tell(contracts.rigRemoved, `rig/${rig}`, { rig }),
  "bead.deleted": ({ bead, beadType }) => tell(contracts.beadDeleted, `bead/${bead}`, { bead, type: beadType }),
  "town.deleted": ({ by }) => tell(contracts.townDeleted, null, { by }),
};
