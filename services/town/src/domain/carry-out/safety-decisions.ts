import type { SafetyDecision } from "../decisions/safety-decision.ts";
import type { CarryOut } from "./carried.ts";

export const safetyDecisions: CarryOut<SafetyDecision["do"]> = {};
