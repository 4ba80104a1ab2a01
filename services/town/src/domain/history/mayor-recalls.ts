import type { MayorChange } from "../changes/mayor-change.ts";
import { ofAgent, type Recalls } from "./recall.ts";

export const mayorRecalls: Recalls<MayorChange["type"]> = {
  "mayor.ensured": ofAgent,
  "mayor.wanted": ofAgent,
  "mayor.dispatched": ofAgent,
  "mayor.ended": ofAgent,
  "agent.model-asked": ofAgent,
  "agent.model-reported": ofAgent,
};
