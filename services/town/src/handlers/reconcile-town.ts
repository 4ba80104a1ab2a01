import {
  lockTown,
  saveOutbox,
  snapshot,
  tracedDraft,
  transaction,
  type OutboxDraft,
  together,
  type Tx,
} from "@gastown/db";
import { span } from "@gastown/telemetry";
import { namesOf, type Decision } from "../domain/decision.ts";
import { renewCauses } from "../domain/explain.ts";
import { settle, type CarriedOut, type Settled } from "../domain/reconcile.ts";
import type { TownState } from "../domain/state.ts";
import type { Trace } from "../domain/trace.ts";
import { ConflictError } from "../store/conflict-error.ts";
import { loadSnapshot, type Loaded } from "../store/load-snapshot.ts";
import { saveCauses } from "../store/save-causes.ts";
import { saveLook } from "../store/save-log.ts";
import { saveHistory, type Made } from "../store/save-history.ts";
import { saveStates } from "../store/save-state.ts";
import { markDue, saveTowns } from "../store/save-town.ts";
import type { TownContext } from "./context.ts";
import { effectsOf } from "./decision-effects.ts";
import { toCommandDrafts, toEventDrafts } from "./to-drafts.ts";

/** When to look again at a town whose rules disagree: a bug, and no reason to stop for ever. */
const unsettledLookMs = 60_000;

/**
 * Every rule is satisfied with the town as of now, what it took was decided and sent, and the town is due again when time
 * alone can change anything. Level-triggered: whatever called for this look, it looks at everything.
 */
export async function reconcileTown(context: TownContext, town: string): Promise<void> {
  const { db, logger } = context;
  const loaded = await snapshot(db, (tx) => loadSnapshot(tx, town, context.listeningSince()));
  if (loaded === null) return;
  const look = decide(context, loaded);
  try {
    await transaction(db, async (tx) => {
      await lockTown(tx, town);
      await save(tx, look);
    });
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    logger.debug({ town, error }, "town changed while it was looked at");
    await lookAgain(context, town, look);
  }
}

/** What was decided on an older town is decided again under its lock; when nothing was, the next look is soon enough. */
function lookAgain(context: TownContext, town: string, { settled }: Look): Promise<void> {
  if (settled.steps.length > 0) return reconcileLocked(context, town);
  return transaction(context.db, (tx) => markDue(tx, town, context.clock()));
}

/** The same on a busy town: nobody changes it between load and save, and its commands wait that long. */
async function reconcileLocked(context: TownContext, town: string): Promise<void> {
  await transaction(context.db, async (tx) => {
    await lockTown(tx, town);
    const loaded = await loadSnapshot(tx, town, context.listeningSince());
    if (loaded !== null) await save(tx, decide(context, loaded));
  });
}

interface Look {
  readonly loaded: Loaded;
  readonly settled: Settled;
  readonly now: number;
}

function decide({ clock, logger }: TownContext, loaded: Loaded): Look {
  const now = clock();
  const settled = settle(loaded.snapshot, now);
  if (!settled.settled) {
    const last = settled.steps.slice(-10).map(({ rule, decision }) => `${rule}: ${decision.do}`);
    logger.error({ town: settled.state.town.town, steps: settled.steps.length, last }, "rules do not settle");
  }
  return { loaded, settled, now };
}

/** The caller holds the town's lock. */
async function save(tx: Tx, { loaded, settled, now }: Look): Promise<void> {
  const { snapshot: before, causes } = loaded;
  const { town } = before.town;
  const after = settled.state;
  const told = await Promise.all(settled.steps.map((step) => tell(step, { town, now })));
  await together([
    saveTowns(tx, [{ after, look: { at: settled.settled ? settled.nextLook : now + unsettledLookMs } }]),
    saveStates(tx, [{ before, after }]),
    saveLook(tx, loaded, { settled, now }),
    saveHistory(
      tx,
      told.map(({ made }) => made),
    ),
    saveOutbox(
      tx,
      told.flatMap(({ drafts }) => drafts),
    ),
    saveCauses(tx, town, { before: causes, after: renewCauses(causes, settled.said, now) }),
  ]);
}

/** One decision: a span in the trace of what it is about, from which what it sends goes on. */
function tell(
  step: CarriedOut,
  { town, now }: { town: string; now: number },
): Promise<{ made: Made; drafts: OutboxDraft[] }> {
  const { rule, decision, changes, after } = step;
  const trace = traceOf(after, decision);
  const about = aboutOf(decision);
  const attributes = { "town.id": town, "town.rule": rule, "town.decision": decision.do, ...about };
  const parent = trace?.traceparent ?? null;
  const options = { attributes, ...(parent === null ? { root: true } : { parent: { traceparent: parent } }) };
  return span(`reconcile ${rule}`, options, ({ traceId }) => {
    const actor = `rule:${rule}`;
    const { events, commands } = effectsOf(step);
    const causing = { town, actor, causationId: rule, correlationId: trace?.correlation ?? rule };
    const drafts = [...toEventDrafts(events, causing), ...toCommandDrafts(commands, causing)];
    return { made: { town, changes, at: now, actor, cause: rule, traceId }, drafts: drafts.map(tracedDraft) };
  });
}

/** The life a decision belongs to: its nudge's, its bead's, its rig's, or that of the bead its agent had last. */
function traceOf({ nudges, beads, rigs, agents }: TownState, decision: Decision): Trace | null {
  const { bead, rig, agent } = namesOf(decision);
  const nudge = "nudge" in decision ? decision.nudge : null;
  const named = [
    [nudge, nudges],
    [bead, beads],
    [rig, rigs],
    [agent, agents],
  ] as const;
  const [id, among] = named.find(([first]) => first !== null) ?? [null, beads];
  return id === null ? null : (among.get(id)?.trace ?? null);
}

function aboutOf(decision: Decision): Record<string, string> {
  const { bead, rig, agent } = namesOf(decision);
  return {
    ...(rig === null ? {} : { "rig.id": rig }),
    ...(bead === null ? {} : { "bead.id": bead }),
    ...(agent === null ? {} : { "agent.id": agent }),
  };
}
