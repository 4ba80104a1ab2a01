import { lockTown, snapshot, transaction, type OutboxDraft } from "@gastown/db";
import type { DispatcherContext } from "../context.ts";
import { giveUpModels } from "../domain/model-wishes.ts";
import { giveUpNudges } from "../domain/nudged.ts";
import { observe } from "../domain/observe.ts";
import { leavesPlace } from "../domain/places.ts";
import { plan } from "../domain/plan.ts";
import type { Action } from "../domain/planning.ts";
import type { Seen } from "../domain/seen.ts";
import type { ContainerState, TownState } from "../domain/state.ts";
import { readDueMark, setNextLook, type DueMark } from "../store/due.ts";
import { readPlaces, wakeWaiting } from "../store/places.ts";
import { loadTown } from "../store/town-state.ts";
import { act } from "./act.ts";
import { changeTown } from "./change-town.ts";
import { clearTown } from "./clear-town.ts";
import { modelReport } from "./model-messages.ts";
import { nudgeReport } from "./nudge-messages.ts";

/** What was not done, or is wanted again at once: soon, but not in a tight loop. */
const soonMs = 200;
const afterErrorMs = 2_000;

/**
 * Looks at a town: what is wished, what the runtime lists, what the container says; stores what follows from it and tells it; does
 * what is planned; and writes when looking again could change anything. Two looks at a town at once harm nothing.
 */
export async function reconcileTown(ctx: DispatcherContext, town: string, signal: AbortSignal): Promise<void> {
  // Read before anything is looked at: what is marked after this was perhaps not seen.
  const { mark, container: before } = await snapshot(ctx.db, async (tx) => {
    return { mark: await readDueMark(tx, town), container: (await loadTown(tx, town)).container };
  });
  if (before.clearing) await clearTown(ctx, town);
  const seen = await lookAround(ctx, town, signal);
  const state = await changeTown(ctx, town, (known, tell) =>
    known.container.clearing ? known : conclude(ctx, { known, seen, tell }),
  );
  // Deleted while it was looked at: the mark that came with that has it looked at again.
  if (state === null || state.container.clearing) return;
  const { actions } = plan(state, seen, { now: ctx.now(), limits: ctx.limits() });
  const failed = await actAll(ctx, actions, { town, signal });
  await setTimes(ctx, town, { before, seen, mark, failed });
}

/** What follows from what was seen; nudges and models that can reach nobody any more are told. */
function conclude(
  ctx: DispatcherContext,
  { known, seen, tell }: { known: TownState; seen: Seen; tell: (draft: OutboxDraft) => void },
): TownState {
  const { town } = known.container;
  const nudges = giveUpNudges(observe(known, seen, { now: ctx.now(), limits: ctx.limits() }));
  for (const { nudge, reason } of nudges.failed) tell(nudgeReport(town, nudge, reason));
  const models = giveUpModels(nudges.state);
  for (const { wish, reason } of models.failed) {
    const { agent, generation, model: wished, cause } = wish;
    tell(modelReport(town, { agent, generation, wished, model: null, failure: reason }, cause));
  }
  return models.state;
}

/** When the town is looked at again, and that others are whose turn came by what was done. */
async function setTimes(
  ctx: DispatcherContext,
  town: string,
  { before, seen, mark, failed }: { before: ContainerState; seen: Seen; mark: DueMark; failed: boolean },
): Promise<void> {
  const limits = ctx.limits();
  const left = await transaction(ctx.db, async (tx) => {
    await lockTown(tx, town);
    const now = ctx.now();
    const state = await loadTown(tx, town);
    const places = await readPlaces(tx, town);
    const { actions, nextLookAt } = plan(state, { ...seen, places }, { now, limits });
    let afterMs = nextLookAt === null ? null : nextLookAt - now;
    if (actions.length > 0) afterMs = soonMs;
    if (failed) afterMs = afterErrorMs;
    await setNextLook(tx, town, { mark, afterMs });
    if (afterMs !== null && afterMs < 1_000) ctx.wakeAfter(afterMs);
    return leavesPlace(before, state.container);
  });
  if (left) await transaction(ctx.db, (tx) => wakeWaiting(tx, limits.maxContainers));
}

/** What the runtime lists of the town, and what its newest living container answers. */
async function lookAround(ctx: DispatcherContext, town: string, signal: AbortSignal): Promise<Seen> {
  const { db, runtime, host, logger } = ctx;
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
  const places = await snapshot(db, (tx) => readPlaces(tx, town));
  return { containers, status, reachableSince: host.reachableSince(), places };
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

const ofAgents = [
  "start-agent",
  "stop-agent",
  "give-nudges",
  "change-model",
  "prewarm-mayor",
  "give-model-key",
] as const;

function isOfAgent(action: Action): boolean {
  return ofAgents.some((kind) => kind === action.kind);
}
