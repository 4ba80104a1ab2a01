import { careScenarios } from "./care-scenarios.ts";
import { convoyScenarios } from "./convoy-scenarios.ts";
import { helpScenarios } from "./help-scenarios.ts";
import { reviewScenarios } from "./review-scenarios.ts";
import type { Scenarios } from "./scenario.ts";
import { workScenarios } from "./work-scenarios.ts";

/** All of them, those in which agents work first: they take longest. */
export const allScenarios: Scenarios = {
  ...careScenarios,
  ...helpScenarios,
  ...workScenarios,
  ...reviewScenarios,
  ...convoyScenarios,
};
