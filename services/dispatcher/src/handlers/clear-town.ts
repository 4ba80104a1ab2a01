import type { DispatcherContext } from "../context.ts";
import { containerEnded } from "../domain/acted.ts";
import { townCleared } from "../domain/forgotten.ts";
import { changeTown } from "./change-town.ts";

/**
 * Nothing of a deleted town is left here: its containers were given their time to save work and ended, its files and its agents'
 * sessions are removed. Doing it twice, or half and then again, is harmless.
 */
export async function clearTown(ctx: DispatcherContext, town: string): Promise<void> {
  const { runtime, host, logger, stopGraceMs } = ctx;
  const containers = await runtime.list(town);
  logger.info({ town, containers: containers.map(({ name }) => name) }, "removing what a deleted town left");
  await Promise.all(containers.map(({ name }) => runtime.stop(name, { graceMs: stopGraceMs })));
  await changeTown(ctx, town, (state) => containerEnded(state, "its town was deleted", ctx.now()));
  await Promise.all([runtime.forget(town), host.forget(town)]);
  await changeTown(ctx, town, townCleared);
}
