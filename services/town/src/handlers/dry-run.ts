import type { ReplyOf, dryRunReconcile } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { aggregatesOf } from "../domain/decision.ts";
import { remember } from "../domain/history.ts";
import { settle, type CarriedOut } from "../domain/reconcile.ts";
import { isoTime } from "../domain/time.ts";
import { loadSnapshot } from "../store/load-snapshot.ts";
import { effectsOf } from "./decision-effects.ts";

/** What the rules would decide of a town now, and what they say of the beads they would leave alone; nothing is kept. Null without a town. */
export async function dryRun(
  tx: Tx,
  town: string,
  { now, listeningSince }: { now: number; listeningSince: number },
): Promise<ReplyOf<typeof dryRunReconcile> | null> {
  const loaded = await loadSnapshot(tx, town, listeningSince);
  if (loaded === null) return null;
  const { steps, said, settled, nextLook } = settle(loaded.snapshot, now);
  return {
    at: isoTime(now),
    decisions: steps.map(decisionView),
    waiting: said.map(({ bead, rule, says, movesWhen }) => ({ bead, rule, says, movesWhen })),
    settled,
    nextLookAt: nextLook === null ? null : isoTime(nextLook),
  };
}

function decisionView(step: CarriedOut) {
  const { rule, decision, changes } = step;
  return {
    rule,
    decision: decision.do,
    about: aggregatesOf(decision),
    changes: changes.map((change) => ({ type: change.type, data: { ...remember(change)?.data } })),
    commands: effectsOf(step).commands.map(({ command }) => command.type),
  };
}
