import { parseEnv } from "@gastown/service";
import { z } from "zod";

/** The environment variables about how much may run at once. */
export const capsEnvironment = z.object({
  DISPATCHER_MAX_AGENTS: numberUpTo(100).optional().describe("agents in a town's container at once; 6 by default"),
  GASTOWN_MAX_CONTAINERS: numberUpTo(10_000).optional().describe("containers of all towns at once; 20 by default"),
});

/** How much may run at once; what is not given is as `defaultLimits` has it. */
export interface Caps {
  /** Agents in a town's container. */
  maxAgents?: number | undefined;
  /** Containers of all towns together: an agent that needs one more waits until one ends. */
  maxContainers?: number | undefined;
}

/** The caps that the environment gives. */
export function capsFrom(given: z.infer<typeof capsEnvironment>): Caps {
  return { maxAgents: given.DISPATCHER_MAX_AGENTS, maxContainers: given.GASTOWN_MAX_CONTAINERS };
}

/** The caps in an environment of which nothing else is looked at. Throws `ConfigError` naming each that is wrong. */
export function capsFromEnv(env: Record<string, string | undefined>): Caps {
  return capsFrom(parseEnv(capsEnvironment, env));
}

function numberUpTo(most: number) {
  const message = `give a whole number from 1 to ${most}`;
  return z.coerce.number(message).refine((one) => Number.isInteger(one) && one >= 1 && one <= most, message);
}
