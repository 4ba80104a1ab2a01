import type { HelpDecision } from "../decisions/help-decision.ts";
import type { CarryOut } from "./carried.ts";

export const helpDecisions: CarryOut<HelpDecision["do"]> = {};
