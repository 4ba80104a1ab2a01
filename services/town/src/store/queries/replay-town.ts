import { setImmediate } from "node:timers/promises";
import type { DataOf, ReplyOf, replayTown as query } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import type { Bead } from "../../domain/bead.ts";
import { beginReplay, differencesFromToday, replayEntry, type Base, type Replay } from "../../domain/replay.ts";
import type { TownState } from "../../domain/state.ts";
import { inOrder } from "../../domain/visible.ts";
import { loadWholeTown } from "../load-whole-town.ts";
import { loadBase } from "../log-base.ts";
import { readLog, type LogEnd } from "../read-log.ts";
import { ReplayTooEarlyError } from "./replay-too-early-error.ts";
import { InvalidPageError } from "./invalid-page-error.ts";
import { numberAfter, pageOf } from "./page.ts";

/**
 * The town as it was at the end that is asked for, rebuilt from its log, with whether deciding its inputs again gives the same;
 * at the end of the log also whether what follows is what is stored. Null when there is neither a log nor a town.
 */
export async function replayTown(
  tx: Tx,
  town: string,
  { data, end }: { data: DataOf<typeof query>; end: LogEnd },
): Promise<ReplyOf<typeof query> | null> {
  const after = numberAfter(data.after);
  if (after === null) throw new InvalidPageError();
  const replayed = await rebuild(tx, town, end);
  if (replayed.entries === 0 && (await loadWholeTown(tx, town)) === null) return null;
  const whole = end.at === undefined && end.entry === undefined;
  const fromToday = whole ? differencesFromToday(replayed.state, await loadWholeTown(tx, town)) : null;
  return {
    entry: replayed.entry,
    at: replayed.at === null ? null : new Date(replayed.at).toISOString(),
    entries: replayed.entries,
    deterministic: replayed.differences.length === 0,
    followsToday: fromToday === null ? null : fromToday.length === 0,
    differences: [...replayed.differences, ...(fromToday ?? [])],
    ...pageOfBeads(replayed.state, { after, limit: data.limit }),
    agents: countAgents(replayed.state),
  };
}

async function rebuild(tx: Tx, town: string, end: LogEnd): Promise<Replay> {
  let replay = beginReplay(town, await baseBefore(tx, town, end));
  for await (const entries of readLog(tx, town, { ...end, after: replay.entry })) {
    for (const entry of entries) {
      replay = replayEntry(replay, entry);
      // A long log must not keep others from their turn.
      await setImmediate();
    }
  }
  return replay;
}

async function baseBefore(tx: Tx, town: string, { entry, at }: LogEnd): Promise<Base | null> {
  const base = await loadBase(tx, town);
  if (base === null) return null;
  const tooLate = (entry !== undefined && entry < base.entry) || (at !== undefined && at.getTime() < base.at);
  if (tooLate) throw new ReplayTooEarlyError(base);
  return base;
}

function pageOfBeads(state: TownState | null, { after, limit }: { after: number | undefined; limit: number }) {
  const all = state === null ? [] : [...inOrder(state).beads.values()].filter(({ type }) => type !== "agent");
  const left = all.filter(({ number }) => after === undefined || number < after).slice(0, limit + 1);
  const { items, next } = pageOf(left, limit, { item: shortView, place: ({ number }) => String(number) });
  return { beads: items, next };
}

function shortView({ bead, type, status, title, assignee, rig }: Bead) {
  return { bead, type, status, title, assignee, rig };
}

function countAgents(state: TownState | null): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of state?.agents.values() ?? []) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
