import { isDeepStrictEqual } from "node:util";
import { snapshot } from "@gastown/db";
import type { DispatcherContext } from "../context.ts";
import { mayorGotReady } from "../domain/remembered-mayor.ts";
import { loadTown } from "../store/town-state.ts";
import { changeTown } from "./change-town.ts";
import { mayorToCome } from "./mayor-to-come.ts";

/**
 * Has the container get the town's mayor ready for its next start. Throws when the container does not answer, so that it is asked
 * again; what changed while it was asked is asked for next.
 */
export async function prewarmMayor(
  ctx: DispatcherContext,
  town: string,
  { container, signal }: { container: string; signal: AbortSignal },
): Promise<void> {
  const state = await snapshot(ctx.db, (tx) => loadTown(tx, town));
  const start = mayorToCome(ctx, state);
  if (start !== null) await ctx.host.prewarm(town, start, signal);
  await changeTown(ctx, town, (known) =>
    isDeepStrictEqual(known.mayor, state.mayor) ? mayorGotReady(known, container) : null,
  );
}
