import type { Tx } from "@gastown/db";
import { and, asc, eq, gt, lte } from "@gastown/db/drizzle";
import type { Entry } from "../domain/replay.ts";
import { toMs } from "./moments.ts";
import { log } from "./schema/log.ts";

/** Up to which entry a log is read: all of them without either. */
export interface LogEnd {
  readonly entry?: number | undefined;
  /** Entries at this moment are part of it. */
  readonly at?: Date | undefined;
}

const chunk = 500;

/** The entries of a town after one of them, in order, a few hundred at a time. */
export async function* readLog(tx: Tx, town: string, end: LogEnd & { after: number }): AsyncGenerator<Entry[], void> {
  let { after } = end;
  for (;;) {
    const rows = await tx
      .select()
      .from(log)
      .where(
        and(
          eq(log.town, town),
          gt(log.id, after),
          end.entry === undefined ? undefined : lte(log.id, end.entry),
          end.at === undefined ? undefined : lte(log.at, end.at),
        ),
      )
      .orderBy(asc(log.id))
      .limit(chunk);
    if (rows.length > 0) yield rows.map(entryOf);
    const last = rows.at(-1);
    if (last === undefined || rows.length < chunk) return;
    after = last.id;
  }
}

function entryOf(row: typeof log.$inferSelect): Entry {
  const { id, at, kind, type, actor, cause, correlation, traceparent, data, changes } = row;
  const look = {
    kind: "look" as const,
    asOf: row.asOf ?? 0,
    listeningSince: toMs(row.listeningSince) ?? 0,
    decisions: row.decisions ?? [],
  };
  return {
    entry: id,
    at: toMs(at),
    actor,
    cause,
    trace: { correlation, traceparent },
    changes,
    input: kind === "look" ? look : { kind: "input", type, data },
  };
}
