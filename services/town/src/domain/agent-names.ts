import type { AgentRole } from "@gastown/contracts";
import type { Agent } from "./agent.ts";

/** Names of polecats, unique in a town (kilo-town §1.5: a fixed pool of 20). */
const polecatNames = [
  "Anvil", "Bellows", "Cinder", "Dynamo", "Ember", "Flint", "Gasket", "Hopper", "Ingot", "Jigsaw",
  "Kiln", "Lathe", "Mallet", "Nozzle", "Piston", "Quench", "Rivet", "Spindle", "Turbine", "Vise",
] as const; // prettier-ignore

/** The name of the next agent of a role: for polecats the first free one of the pool, then `Polecat-<n>`; else the role. */
export function nextName(role: AgentRole, agents: Iterable<Agent>): string {
  if (role !== "polecat") return role;
  const taken = new Set(Array.from(agents, (agent) => agent.name));
  const free = polecatNames.find((name) => !taken.has(name));
  if (free !== undefined) return free;
  let n = polecatNames.length + 1;
  while (taken.has(`Polecat-${n}`)) n += 1;
  return `Polecat-${n}`;
}

/**
 * `<name>-<role>-<rig prefix>@<first 8 of the town>`, and `mayor-<first 8 of the town>` (kilo-town §1.5). Prefixes are unique in a
 * town, and so is its mayor: identities are too.
 */
export function identityOf(name: string, role: AgentRole, at: { rigPrefix: string; town: string }): string {
  if (role === "mayor") return `mayor-${at.town.slice(0, 8)}`;
  return `${name}-${role}-${at.rigPrefix}@${at.town.slice(0, 8)}`;
}
