import { lockTown, snapshot, transaction } from "@gastown/db";
import type { DispatcherContext } from "../context.ts";
import { observe } from "../domain/observe.ts";
import { plan } from "../domain/plan.ts";
import type { Action } from "../domain/planning.ts";
import type { Seen } from "../domain/seen.ts";
import { readDueMark, setNextLook } from "../store/due.ts";
import { loadTown } from "../store/town-state.ts";
import { act } from "./act.ts";
import { changeTown } from "./change-town.ts";

/** What was not done, or is wanted again at once: soon, but not in a tight loop. */
const soonMs = 200;
const afterErrorMs = 2_000;

/**
 * Looks at a town: what is wished, what the runtime lists, what the container says; stores what follows from it and tells it; does
 * what is planned; and writes when looking again could change anything. Two looks at a town at once harm nothing.
 */
export async function reconcileTown(ctx: DispatcherContext, town: string, signal: AbortSignal): Promise<void> {
  // Read before anything is looked at: what is marked after this was perhaps not seen.
  const mark = await snapshot(ctx.db, (tx) => readDueMark(tx, town));
  const seen = await lookAround(ctx, town, signal);
  const at = (): { now: number; limits: ReturnType<DispatcherContext["limits"]> } => {
    return { now: ctx.now(), limits: ctx.limits() };
  };
  const state = await changeTown(ctx, town, (before) => observe(before, seen, at()));
  if (state === null) return;
  const failed = await actAll(ctx, plan(state, seen, at()).actions, { town, signal });

  await transaction(ctx.db, async (tx) => {
    await lockTown(tx, town);
    const { now, limits } = at();
    const { actions, nextLookAt } = plan(await loadTown(tx, town), seen, { now, limits });
    let afterMs = nextLookAt === null ? null : nextLookAt - now;
    if (actions.length > 0) afterMs = soonMs;
    if (failed) afterMs = afterErrorMs;
    await setNextLook(tx, town, { mark, afterMs });
    if (afterMs !== null && afterMs < 1_000) ctx.wakeAfter(afterMs);
  });
}

/** What the runtime lists of the town, and what its newest living container answers. */
async function lookAround(ctx: DispatcherContext, town: string, signal: AbortSignal): Promise<Seen> {
  const { runtime, host, logger } = ctx;
  const containers = await runtime.list(town);
  for (const { name, alive, ended } of containers) {
    if (alive) continue;
    logger.warn({ town, container: name, ended, wrote: await runtime.logs(name, 5) }, "a container has ended");
  }
  const [current] = containers.filter(({ alive }) => alive).toSorted((a, b) => b.generation - a.generation);
  let status: Seen["status"] = null;
  try {
    if (current !== undefined) status = await host.status(town, current.name, signal);
  } catch (error) {
    // A young container is not there yet; the plan knows how long that may last.
    logger.debug({ town, container: current?.name, error }, "the container does not answer");
  }
  return { containers, status, reachableSince: host.reachableSince() };
}

/** Containers in turn, then agents at once. One failure does not keep the others from being done; answers whether any failed. */
async function actAll(
  ctx: DispatcherContext,
  actions: readonly Action[],
  { town, signal }: { town: string; signal: AbortSignal },
): Promise<boolean> {
  let failed = false;
  const tryOne = async (action: Action): Promise<void> => {
    try {
      await act(ctx, { town, action, signal });
    } catch (error) {
      failed = true;
      ctx.logger.error({ town, action: action.kind, error }, "an action failed, trying again");
    }
  };
  for (const action of actions) if (!isOfAgent(action)) await tryOne(action);
  await Promise.all(actions.filter(isOfAgent).map(tryOne));
  return failed;
}

function isOfAgent(action: Action): boolean {
  return action.kind === "start-agent" || action.kind === "stop-agent";
}
