import type { ContainerData } from "@gastown/bus";
import type { DispatcherContext } from "../context.ts";
import type { TownState } from "../domain/state.ts";
import { openVariables } from "./open-variables.ts";

/**
 * The start of the mayor's that a container may be asked for, so that it gets ready what takes seconds; null when the town has no mayor.
 * A variable that cannot be opened is told when the start itself is asked for.
 */
export function mayorToCome(
  ctx: Pick<DispatcherContext, "open">,
  { mayor }: Pick<TownState, "mayor">,
): ContainerData<"start"> | null {
  if (mayor === null) return null;
  const variables = openVariables(ctx, mayor.job);
  return "unopened" in variables ? null : { ...mayor.job, env: {}, variables };
}
