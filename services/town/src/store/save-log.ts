import type { Tx } from "@gastown/db";
import type { Change } from "../domain/change.ts";
import type { Context } from "../domain/input.ts";
import type { Settled } from "../domain/reconcile.ts";
import type { Loaded } from "./load-snapshot.ts";
import { log } from "./schema/log.ts";
import { addRows } from "./write-rows.ts";

/** A command and what it changed. */
export interface Entered {
  readonly type: string;
  readonly data: unknown;
  readonly changes: readonly Change[];
  readonly context: Context;
}

/** The commands and what they changed are the last entries of their towns; a command that changed nothing is none. */
export async function saveInputs(tx: Tx, entered: readonly Entered[]): Promise<void> {
  const rows = entered.flatMap(({ type, data, changes, context }) => {
    if (changes.length === 0) return [];
    const { town, now, actor, cause, trace } = context;
    return [{ town, at: new Date(now), kind: "input" as const, type, actor, cause, ...trace, data, changes }];
  });
  await addRows(tx, log, rows);
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
