import type { ContainerData } from "@gastown/bus";
import type { DispatcherContext } from "../context.ts";
import type { TownState } from "../domain/state.ts";
import { openVariables } from "./open-variables.ts";

/**
 * The start of the mayor's that a new container is going to be asked for, so that it gets ready at once what takes seconds; null when
 * none is wished. A variable that cannot be opened is told when the start itself is asked for.
 */
export function mayorToCome(
  ctx: Pick<DispatcherContext, "open">,
  { wishes }: TownState,
): ContainerData<"start"> | null {
  const wish = [...wishes.values()].find(({ job }) => job.role === "mayor");
  if (wish === undefined) return null;
  const variables = openVariables(ctx, wish.job);
  return "unopened" in variables ? null : { ...wish.job, env: {}, variables };
}
