import type { Tx } from "@gastown/db";
import type { Change } from "../domain/change.ts";
import type { Context } from "../domain/input.ts";
import type { Settled } from "../domain/reconcile.ts";
import type { Loaded } from "./load-snapshot.ts";
import { log } from "./schema/log.ts";

/** The command and what it changed are the town's last entry; a command that changed nothing is none. */
export async function saveInput(
  tx: Tx,
  made: { type: string; data: unknown; changes: readonly Change[]; context: Context },
): Promise<void> {
  const { type, data, changes, context } = made;
  if (changes.length === 0) return;
  const { town, now, actor, cause, trace } = context;
  await tx.insert(log).values({ town, at: new Date(now), kind: "input", type, actor, cause, ...trace, data, changes });
}

/** The look and what it decided are the town's last entry; a look that decided nothing is none. */
export async function saveLook(
  tx: Tx,
  { snapshot, asOf }: Loaded,
  { settled, now }: { settled: Settled; now: number },
): Promise<void> {
  const { steps } = settled;
  if (steps.length === 0) return;
  await tx.insert(log).values({
    town: snapshot.town.town,
    at: new Date(now),
    kind: "look",
    type: "reconcile",
    actor: "reconciler",
    cause: [...new Set(steps.map(({ rule }) => rule))].join(","),
    correlation: "reconcile",
    asOf,
    listeningSince: new Date(snapshot.listeningSince),
    decisions: steps.map(({ rule, decision }) => ({ rule, decision })),
    changes: steps.flatMap(({ changes }) => changes),
  });
}
