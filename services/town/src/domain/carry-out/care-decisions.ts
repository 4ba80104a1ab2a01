import type { CareDecision } from "../decisions/care-decision.ts";
import type { CarryOut } from "./carried.ts";

export const careDecisions: CarryOut<CareDecision["do"]> = {};
