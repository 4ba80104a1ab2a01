import { isEnded, type Bead, type Issue } from "./bead.ts";
import type { Snapshot } from "./snapshot.ts";
import type { TownState } from "./state.ts";

/** A town and everything in it, in one order whatever order it was loaded or changed in: the same town gives the same decisions. */
export function inOrder<S extends TownState>(state: S): S {
  return {
    ...state,
    rigs: sorted(state.rigs, (a, b) => byText(a.rig, b.rig)),
    beads: sorted(state.beads, (a, b) => b.number - a.number),
    agents: sorted(state.agents, (a, b) => numberOf(a.agent) - numberOf(b.agent)),
    nudges: sorted(state.nudges, (a, b) => numberOf(a.nudge) - numberOf(b.nudge)),
  };
}

/** What the rules may see of a whole town: just what the store loads for them (see `Snapshot`). */
export function visibleTo(state: TownState, listeningSince: number): Snapshot {
  const work = [...state.beads.values()].filter((bead) => isWatched(bead, state));
  const named = work.flatMap(refersTo);
  const hooks = [...state.agents.values()].flatMap(({ hook }) => hook ?? []);
  const seen = new Set([...work.map(({ bead }) => bead), ...named, ...hooks]);
  const beads = [...state.beads].filter(([id]) => seen.has(id));
  const nudges = [...state.nudges].filter(([, nudge]) => nudge.state === "pending");
  return inOrder({ ...state, beads: new Map(beads), nudges: new Map(nudges), listeningSince });
}

/** A rule may have something to say about it: it has not ended, or its pull request has not. */
function isWatched(bead: Bead, state: TownState): boolean {
  if (bead.type === "agent" || isAnnounced(bead, state)) return false;
  if (!isEnded(bead)) return true;
  if (bead.type !== "merge_request" || bead.request.adopts !== null) return false;
  const pull = bead.request.pull?.state ?? "closed";
  return pull !== "closed" && pull !== "merged";
}

/** Mail of which nothing is left to say as long as its reader has a bead, and so is not removed. */
function isAnnounced(bead: Bead, { agents }: TownState): boolean {
  const reader = bead.type === "message" && bead.announced ? agents.get(bead.assignee ?? "") : undefined;
  return reader !== undefined && reader.hook !== null;
}

/** The beads a rule needs beside this one: what it waits for, belongs to or consists of. */
export function refersTo(bead: Bead): readonly string[] {
  switch (bead.type) {
    case "issue":
      return [...bead.dependsOn, ...belongsTo(bead)].filter((id) => id !== null);
    case "merge_request":
      return bead.request.source === null ? [] : [bead.request.source];
    case "convoy":
      return [...bead.members, ...bead.landings.flatMap(({ request }) => request ?? [])];
    case "molecule":
      return [bead.source, ...bead.steps];
    case "escalation":
    case "message":
    case "agent":
      return [];
  }
}

function belongsTo({ convoy, molecule, fixup, triage }: Issue): (string | null)[] {
  const asked = triage === null ? [] : [triage.about, triage.escalation, triage.batch];
  return [convoy, molecule, fixup?.request ?? null, ...asked];
}

/** Itself when it is in order already, as what was ordered once stays but for what is new. */
function sorted<T>(of: ReadonlyMap<string, T>, compare: (a: T, b: T) => number): ReadonlyMap<string, T> {
  return isSorted(of, compare) ? of : new Map([...of].toSorted(([, a], [, b]) => compare(a, b)));
}

function isSorted<T>(of: ReadonlyMap<string, T>, compare: (a: T, b: T) => number): boolean {
  let before: T | undefined;
  for (const each of of.values()) {
    if (before !== undefined && compare(before, each) > 0) return false;
    before = each;
  }
  return true;
}

function byText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** The running number in an id: `gt-1a` is 46. */
function numberOf(id: string): number {
  return Number.parseInt(id.slice(id.lastIndexOf("-") + 1), 36);
}
