import { transaction } from "@gastown/db";
import type { DispatcherContext } from "../context.ts";
import { containerBegun, containerEnded } from "../domain/acted.ts";
import { mayTakePlace, mustYield, placeAwaited, placeYielded } from "../domain/places.ts";
import { lockPlaces, wakeIdle } from "../store/places.ts";
import { changeTown } from "./change-town.ts";
import { mayorToCome } from "./mayor-to-come.ts";

/** The container is begun, then started. Looked at again with all others locked out, all places may be taken: then it waits. */
export async function startContainer(
  ctx: DispatcherContext,
  town: string,
  { container: name, generation }: { container: string; generation: number },
): Promise<void> {
  const begun = await changeTown(ctx, town, async (state, _tell, tx) => {
    const holdsPlace = state.container.state !== "stopped";
    if (holdsPlace || mayTakePlace(await lockPlaces(tx, town), ctx.limits())) {
      return containerBegun(state, generation, ctx.now());
    }
    return placeAwaited(state, ctx.now());
  });
  if (begun === null) return;
  if (begun.container.state === "stopped") return lookForIdle(ctx, town);
  try {
    const config = ctx.hostConfigOf(town, name, mayorToCome(ctx, begun));
    await ctx.runtime.start({ name, town, generation, config });
  } catch (error) {
    ctx.logger.error({ town, container: name, error }, "container cannot be started");
    const reason = `it cannot be started: ${error instanceof Error ? error.message : String(error)}`;
    await changeTown(ctx, town, (state) => containerEnded(state, reason, ctx.now()));
  }
}

/** The town stands in the queue for a place, and towns that may give theirs up are looked at. */
export async function awaitPlace(ctx: DispatcherContext, town: string): Promise<void> {
  await changeTown(ctx, town, (state) => placeAwaited(state, ctx.now()));
  await lookForIdle(ctx, town);
}

async function lookForIdle(ctx: DispatcherContext, town: string): Promise<void> {
  const { maxContainers } = ctx.limits();
  ctx.logger.info({ town, maxContainers }, "a town waits for a free container place");
  await transaction(ctx.db, (tx) => wakeIdle(tx));
}

/** The container is stopped, unless it has work by now, or nobody waits any more. */
export async function yieldContainer(
  ctx: DispatcherContext,
  town: string,
  { container }: { container: string },
): Promise<void> {
  const yielded = await changeTown(ctx, town, async (state, _tell, tx) => {
    return mustYield(await lockPlaces(tx, town), ctx.limits()) ? placeYielded(state) : null;
  });
  if (yielded === null) return;
  ctx.logger.info({ town, container }, "stopping a container without work for a town that waits for its place");
  await ctx.runtime.stop(container, { graceMs: ctx.stopGraceMs });
  await changeTown(ctx, town, (state) => containerEnded(state, "idle, and another town waited", ctx.now()));
}
