import { careScenarios } from "./care-scenarios.ts";
import { convoyScenarios } from "./convoy-scenarios.ts";
import { helpScenarios } from "./help-scenarios.ts";
import { obstacleScenarios } from "./obstacle-scenarios.ts";
import { reviewScenarios } from "./review-scenarios.ts";
import { safetyScenarios } from "./safety-scenarios.ts";
import type { Scenarios } from "./scenario.ts";
import { workScenarios } from "./work-scenarios.ts";

/** A scenario for each rule, by the rule's name. */
export const ruleScenarios: Scenarios = {
  ...workScenarios,
  ...reviewScenarios,
  ...convoyScenarios,
  ...careScenarios,
  ...helpScenarios,
  ...safetyScenarios,
};

/** A scenario for each obstacle, by its file's name. */
export { obstacleScenarios };
