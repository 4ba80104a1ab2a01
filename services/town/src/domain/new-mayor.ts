import { registerAgent } from "./carry-out/register-agent.ts";
import type { Change } from "./change.ts";
import type { Context } from "./input.ts";
import type { TownState } from "./state.ts";

/** A mayor for a town that has none, idle and in no rig: its bead is its own (kilo-town §7.1 step 1). */
export function newMayor(state: TownState, context: Context): { agent: string; changes: Change[] } {
  return registerAgent(state, "mayor", { for: { rig: null, trace: context.trace }, by: context });
}
