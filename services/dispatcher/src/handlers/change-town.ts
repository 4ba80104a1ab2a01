import { lockTown, saveOutbox, transaction, type OutboxDraft, type Tx } from "@gastown/db";
import type { DispatcherContext } from "../context.ts";
import { changes } from "../domain/changes.ts";
import type { TownState } from "../domain/state.ts";
import { loadTown, saveTown } from "../store/town-state.ts";
import { factMessages } from "./fact-messages.ts";

/** What a step does to a state, and what it tells besides the facts that follow. It may read more in the transaction. */
type Step = (
  state: TownState,
  tell: (draft: OutboxDraft) => void,
  tx: Tx,
) => TownState | null | Promise<TownState | null>;

/**
 * One step of a look, in one transaction under the town's lock: the state is loaded, stepped, saved, and what others are to know
 * of the difference goes to the outbox. Answers the new state; null when the step answers null, and then nothing is changed.
 */
export function changeTown(
  { db, runtime }: Pick<DispatcherContext, "db"> & { runtime: Pick<DispatcherContext["runtime"], "kind"> },
  town: string,
  step: Step,
): Promise<TownState | null> {
  return transaction(db, async (tx: Tx) => {
    await lockTown(tx, town);
    const before = await loadTown(tx, town);
    const told: OutboxDraft[] = [];
    const after = await step(before, (draft) => told.push(draft), tx);
    if (after === null) return null;
    await saveTown(tx, before, after);
    const facts = factMessages(changes(before, after), { town, runtime: runtime.kind });
    await saveOutbox(tx, [...facts, ...told]);
    return after;
  });
}
