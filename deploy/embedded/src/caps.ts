type Environment = Record<string, string | undefined>;

/** What is not given is as the dispatcher has it by default. */
export interface Caps {
  /** Containers of all towns at once. */
  maxContainers: number | undefined;
  /** Agents in a town's container at once. */
  maxAgents: number | undefined;
}

/** A whole number from 1 to `most`, as the dispatcher takes it by itself; undefined when it is not given. */
function numberIn(env: Environment, name: string, most: number): number | undefined {
  const given = env[name];
  if (given === undefined || given === "") return undefined;
  const number = Number(given);
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new Error(`${name} is ${given}: give a number from 1 to ${most}`);
  return number;
}

/** How much may run at once, as the environment has it (services/dispatcher/src/config.ts). Throws what is wrong with it. */
export function capsIn(env: Environment): Caps {
  return {
    maxContainers: numberIn(env, "GASTOWN_MAX_CONTAINERS", 10_000),
    maxAgents: numberIn(env, "DISPATCHER_MAX_AGENTS", 100),
  };
}
