import type { Change } from "./change.ts";
import { evolveAll } from "./evolve.ts";
import { findInput } from "./inputs/index.ts";
import { settle, type Decided } from "./reconcile.ts";
import { sameValue } from "./same-value.ts";
import type { TownState } from "./state.ts";
import type { Trace } from "./trace.ts";
import { inOrder, visibleTo } from "./visible.ts";

/** One entry of a town's log: a command that changed something, or a look of the rules that decided something. */
export interface Entry {
  readonly entry: number;
  readonly at: number;
  readonly actor: string;
  readonly cause: string;
  readonly trace: Trace;
  readonly changes: readonly Change[];
  readonly input:
    | { readonly kind: "input"; readonly type: string; readonly data: unknown }
    | {
        readonly kind: "look";
        /** The last entry whose changes it had seen. */
        readonly asOf: number;
        readonly listeningSince: number;
        readonly decisions: readonly Decided[];
      };
}

/** A town in the middle of being rebuilt. */
export interface Replay {
  readonly town: string;
  /** Null before its first entry. */
  readonly state: TownState | null;
  readonly entry: number;
  readonly at: number | null;
  readonly entries: number;
  /** Where deciding again gave something else, the first ones. */
  readonly differences: readonly string[];
  /** The last states by their entry: a look may be older than the entry before it. */
  readonly recent: readonly { readonly entry: number; readonly state: TownState }[];
}

/** More entries than can be saved while one look is decided and saved; an older look is not decided again. */
const remembered = 64;
const maxDifferences = 20;

/** Where a replay begins: a town that was kept when the entries before were removed. */
export interface Base {
  readonly entry: number;
  readonly at: number;
  readonly state: TownState;
}

/** A town of which nothing has happened yet, or nothing since its base. */
export function beginReplay(town: string, base: Base | null = null): Replay {
  const begun = { town, entries: 0, differences: [] };
  if (base === null) return { ...begun, state: null, entry: 0, at: null, recent: [] };
  return { ...begun, ...base, recent: [{ entry: base.entry, state: base.state }] };
}

/**
 * The town after one more entry, rebuilt from the changes that were stored, and whether the same input decided again on the
 * rebuilt town gives just those changes (R17: same inputs, same state).
 */
export function replayEntry(replay: Replay, entry: Entry): Replay {
  const difference = decideAgain(replay, entry);
  const state = evolveAll(replay.state, entry.changes, entry.at);
  const differences = difference === null ? replay.differences : [...replay.differences, difference];
  const recent = state === null ? replay.recent : [...replay.recent, { entry: entry.entry, state }];
  return {
    town: replay.town,
    state,
    entry: entry.entry,
    at: entry.at,
    entries: replay.entries + 1,
    differences: differences.slice(0, maxDifferences),
    recent: recent.slice(-remembered),
  };
}

/** What is different when the entry is decided again; null when nothing is, or when it cannot be known. */
function decideAgain(replay: Replay, entry: Entry): string | null {
  const again =
    entry.input.kind === "input" ? inputAgain(replay, entry, entry.input) : lookAgain(replay, entry, entry.input);
  if (again === null || sameValue(again.map(withoutSaves), entry.changes.map(withoutSaves))) return null;
  const [was, is] = [entry.changes, again].map((changes) => changes.map(({ type }) => type).join(", "));
  const detail = was === is ? "the same changes with other contents" : `${is === "" ? "nothing" : is}`;
  return `entry ${entry.entry} (${entry.cause}) changed ${was}; decided again: ${detail}`;
}

/** A rig that is added anew comes as it was, with how often it was saved: rebuilt it never was. */
function withoutSaves(change: Change): object {
  return change.type === "rig.added" ? { ...change, rig: bare(change.rig) } : change;
}

function inputAgain(
  { town, state }: Replay,
  { at, actor, cause, trace, changes }: Entry,
  { type, data }: { readonly type: string; readonly data: unknown },
): readonly Change[] | null {
  const input = findInput(type);
  if (input === undefined) return null;
  const context = { town, now: at, actor, cause, trace, ...readThen(changes) };
  const decided = input.decide(state === null ? null : inOrder(state), data, context);
  return decided.outcome === "applied" ? decided.changes : [];
}

/** What was read outside of the town when it was made: where the numbers of the one before it ended. */
function readThen(changes: readonly Change[]): { firstNumber?: number } {
  const [made] = changes;
  return made?.type === "town.created" && made.nextNumber !== undefined ? { firstNumber: made.nextNumber } : {};
}

function lookAgain(
  replay: Replay,
  { at }: Entry,
  { asOf, listeningSince }: { readonly asOf: number; readonly listeningSince: number },
): readonly Change[] | null {
  // Entries of other towns stand between; the one it had seen is the last at or before `asOf`.
  const seen = replay.recent.findLast(({ entry }) => entry <= asOf);
  if (seen === undefined) return null;
  return settle(visibleTo(seen.state, listeningSince), at).steps.flatMap(({ changes }) => changes);
}

/** What differs between the rebuilt town and the one that is stored, in words; empty when nothing does. */
export function differencesFromToday(rebuilt: TownState | null, stored: TownState | null): string[] {
  if (rebuilt === null || stored === null) {
    return (rebuilt === null) === (stored === null)
      ? []
      : [rebuilt === null ? "it is stored, but follows from nothing" : "it is not stored"];
  }
  return [
    ...(sameValue(bare(rebuilt.town), bare(stored.town)) ? [] : ["the town itself differs"]),
    ...differ("rig", rebuilt.rigs, stored.rigs),
    ...differ("bead", rebuilt.beads, stored.beads),
    ...differ("agent", rebuilt.agents, stored.agents),
    ...differ("nudge", rebuilt.nudges, stored.nudges),
  ].slice(0, maxDifferences);
}

function differ(what: string, rebuilt: ReadonlyMap<string, object>, stored: ReadonlyMap<string, object>): string[] {
  const ids = new Set([...rebuilt.keys(), ...stored.keys()]);
  return [...ids].flatMap((id) => {
    const [is, was] = [rebuilt.get(id), stored.get(id)];
    if (is === undefined) return [`${what} ${id} is stored, but follows from nothing`];
    if (was === undefined) return [`${what} ${id} follows from the log, but is not stored`];
    const fields = differingFields(is, was);
    return fields.length === 0 ? [] : [`${what} ${id} differs in ${fields.join(", ")}`];
  });
}

function differingFields(a: object, b: object): string[] {
  const [is, was] = [bare(a), bare(b)];
  return [...new Set([...Object.keys(is), ...Object.keys(was)])].filter((field) => !sameValue(is[field], was[field]));
}

/** Without what counts saves and is no part of what a town is. */
function bare(thing: object): Record<string, unknown> {
  const { version: _version, policy: _policy, ...fields } = thing as Record<string, unknown>;
  return fields;
}
