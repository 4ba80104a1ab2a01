import type { ConvoyDecision } from "../decisions/convoy-decision.ts";
import type { CarryOut } from "./carried.ts";

export const convoyDecisions: CarryOut<ConvoyDecision["do"]> = {};
