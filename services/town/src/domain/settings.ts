import type {
  AgentRole,
  EnvChange,
  PolicyOverride,
  RoleInstructions,
  RoleModels,
  SealedValue,
} from "@gastown/contracts";
import type { Rig } from "./rig.ts";
import type { TownState } from "./state.ts";

/** An override with the fields given on top of those stored. */
export function mergeOverride(stored: PolicyOverride, given: PolicyOverride): PolicyOverride {
  const fields = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...stored, ...Object.fromEntries(fields) };
}

/** What towns and rigs both say about their agents. */
export interface Settings {
  readonly model: string | null;
  readonly models: RoleModels;
  readonly instructions: RoleInstructions;
  readonly env: Readonly<Record<string, SealedValue>>;
}

/** A partial change of them, as a person gives it. */
export interface SettingsChange {
  readonly model?: string | null | undefined;
  readonly models?: RoleModels | undefined;
  readonly instructions?: RoleInstructions | undefined;
  readonly env?: EnvChange | undefined;
}

/**
 * What becomes of the settings a change is given for; those not given stay. In `models` and `env` null removes a name, in
 * `instructions` an empty text does (kilo-town §1.12, but that variables are changed one by one).
 */
export function changedSettings(stored: Settings, change: SettingsChange): Partial<Settings> {
  const { model, models, instructions, env } = change;
  return {
    ...(model === undefined ? {} : { model }),
    ...(models === undefined ? {} : { models: merged(stored.models, models, null) }),
    ...(instructions === undefined ? {} : { instructions: merged(stored.instructions, instructions, "") }),
    ...(env === undefined ? {} : { env: merged(stored.env, env, null) }),
  };
}

/** With what is given on top; a name given as `none` is gone. */
function merged<T extends object>(stored: T, given: object, none: unknown): T {
  const kept = Object.entries(given).filter(([, value]) => value !== undefined);
  const fields = Object.entries({ ...stored, ...Object.fromEntries(kept) });
  return Object.fromEntries(fields.filter(([, value]) => value !== none)) as T;
}

/** The model an agent shall have by the settings there are; null: the installation's. */
export function modelFor(state: TownState, { role, rig }: { role: AgentRole; rig: string | null }): string | null {
  return settingsFor(state, role, rig === null ? null : (state.rigs.get(rig) ?? null)).model;
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
export function settingsFor({ town }: TownState, role: AgentRole, rig: Rig | null): AgentSettings {
  const own = role === "mayor" ? null : rig;
  const models = [own?.models[role], own?.model, town.models[role], town.model];
  const said = [town.instructions[role] ?? "", own?.instructions[role] ?? ""];
  return {
    model: models.find((model) => model !== undefined && model !== null) ?? null,
    instructions: said.filter((text) => text !== ""),
    env: { ...town.env, ...own?.env },
  };
}
