import type { AgentRole, PolicyOverride, SealedValue } from "@gastown/contracts";
import type { Rig } from "./rig.ts";
import type { TownState } from "./state.ts";

/** An override with the fields given on top of those stored. */
export function mergeOverride(stored: PolicyOverride, given: PolicyOverride): PolicyOverride {
  const fields = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...stored, ...Object.fromEntries(fields) };
}

/** What an agent of a role is given in a rig. */
export interface AgentSettings {
  /** Null: the installation's model. */
  readonly model: string | null;
  /** The town's, then the rig's. */
  readonly instructions: string[];
  readonly env: Record<string, SealedValue>;
}

/**
 * The settings of a role in a rig, the narrower before the wider: the rig's for the role, the rig's, the town's for the role,
 * the town's (kilo-town §1.12). The mayor belongs to no rig, so its model and instructions are the town's.
 */
export function settingsFor({ town }: TownState, role: AgentRole, rig: Rig): AgentSettings {
  const own = role === "mayor" ? null : rig;
  const models = [own?.models[role], own?.model, town.models[role], town.model];
  const said = [town.instructions[role] ?? "", own?.instructions[role] ?? ""];
  return {
    model: models.find((model) => model !== undefined && model !== null) ?? null,
    instructions: said.filter((text) => text !== ""),
    env: { ...town.env, ...own?.env },
  };
}
