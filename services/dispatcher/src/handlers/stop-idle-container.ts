import { containerIdleStop } from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
import type { DispatcherContext } from "../context.ts";
import { containerEnded } from "../domain/acted.ts";
import { decideIdleStop } from "../domain/idle-stop.ts";
import { idleStopped } from "../domain/places.ts";
import { containerName } from "../domain/state.ts";
import { readPlaces } from "../store/places.ts";
import { changeTown } from "./change-town.ts";

/** The longest error that is told (kilo-town §6). */
const longestError = 300;

/**
 * The container is stopped, its work saved, unless somebody uses it by now. What is wished while it drains wins: it is done in the
 * next container, which starts at once. Throws when the stop failed; then it is told, and tried again.
 */
export async function stopIdleContainer(ctx: DispatcherContext, town: string, signal: AbortSignal): Promise<void> {
  const status = await ctx.host.status(town, await currentName(ctx, town), signal);
  let reason = "";
  const stopping = await changeTown(ctx, town, async (state, _tell, tx) => {
    const seen = { containers: [], status, reachableSince: null, places: await readPlaces(tx, town) };
    const decided = decideIdleStop({ state, seen, now: ctx.now(), limits: ctx.limits() });
    if (decided.verdict === "keep") return null;
    reason = decided.reason;
    return idleStopped(state, { reason, now: ctx.now() });
  });
  if (stopping === null) return;
  const container = containerName(town, stopping.container.generation);
  ctx.logger.info({ town, container, reason }, "stopping a container that nobody uses");
  try {
    await ctx.runtime.stop(container, { graceMs: ctx.stopGraceMs });
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).slice(0, longestError);
    await changeTown(ctx, town, (state, tell) => {
      tell(idleStopEvent(town, { container, reason, error: why }));
      return { ...state, container: { ...state.container, idleStoppedAt: null } };
    });
    throw error;
  }
  await changeTown(ctx, town, (state, tell) => {
    tell(idleStopEvent(town, { container, reason, error: null }));
    return containerEnded(state, reason, ctx.now());
  });
}

async function currentName({ runtime }: DispatcherContext, town: string): Promise<string> {
  const alive = (await runtime.list(town)).filter((container) => container.alive);
  const newest = alive.toSorted((one, other) => other.generation - one.generation)[0];
  if (newest === undefined) throw new Error("the container has ended by itself");
  return newest.name;
}

function idleStopEvent(town: string, data: { container: string; reason: string; error: string | null }): OutboxDraft {
  const subject = `container/${data.container}`;
  return { descriptor: containerIdleStop, town, data, actor: "service:dispatcher", subject, causationId: subject };
}
