import * as contracts from "@gastown/contracts";
import type { MayorChange } from "../changes/mayor-change.ts";
import { tell, type Tells } from "./tell.ts";

export const mayorAnnouncements: Tells<MayorChange["type"]> = {
  "mayor.ensured": ({ agent, decisions, status }) =>
    tell(contracts.mayorEnsured, `agent/${agent}`, { agent, decisions: [...decisions], status }),
  "mayor.wanted": null,
  "mayor.dispatched": ({ agent, generation }) =>
    tell(contracts.mayorDispatched, `agent/${agent}`, { agent, generation }),
  "mayor.ended": null,
  "agent.model-asked": null,
  // The dispatcher tells it.
  "agent.model-reported": null,
};
