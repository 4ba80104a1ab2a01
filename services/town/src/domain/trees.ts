import type { Bead } from "./bead.ts";
import type { TownState } from "./state.ts";

/**
 * What a bead goes with when it is deleted, as keys (kilo-town §2.1): its parent; for a merge request also its work item, and
 * the convoy whose feature branch it goes to; for a fix-up its merge request; for a step its molecule; for a triage request
 * the bead, agent or escalation it asks about; for a molecule its work item; for a message its reader.
 */
function ownersOf(bead: Bead): readonly string[] {
  const owners = table[bead.type] as (bead: Bead) => readonly (string | null)[];
  return [bead.parent, ...owners(bead)].filter((key) => key !== null);
}

const none = (): readonly string[] => [];
const table: { readonly [T in Bead["type"]]: (bead: Extract<Bead, { type: T }>) => readonly (string | null)[] } = {
  issue: ({ fixup, triage, kind, molecule }) => [
    fixup?.request ?? null,
    kind === "step" ? molecule : null,
    ...(triage === null ? [] : [triage.about, triage.agent, triage.escalation]),
  ],
  merge_request: ({ request }) => [request.source, branchKey(request.target)],
  molecule: ({ source }) => [source],
  message: ({ assignee }) => [assignee],
  convoy: none,
  escalation: none,
  agent: none,
};

/** What others may name as their owner: the bead, and the feature branch of a convoy. */
function keysOf(bead: Bead): readonly string[] {
  return bead.type === "convoy" && bead.branch !== null ? [bead.bead, branchKey(bead.branch)] : [bead.bead];
}

/** A branch may be called like a bead. */
function branchKey(branch: string): string {
  return `branch ${branch}`;
}

/** These beads, those that are there, and all that goes with them, however far down. */
export function treesOf(state: TownState, roots: readonly string[]): ReadonlyMap<string, Bead> {
  const owned = [...state.beads.values()].flatMap((bead) => ownersOf(bead).map((owner) => ({ owner, bead })));
  const below = Map.groupBy(owned, ({ owner }) => owner);
  const found = new Map<string, Bead>();
  // What is added while it is walked through is walked through too.
  for (const bead of roots.flatMap((id) => state.beads.get(id) ?? [])) found.set(bead.bead, bead);
  for (const bead of found.values()) {
    for (const key of keysOf(bead)) for (const child of below.get(key) ?? []) found.set(child.bead.bead, child.bead);
  }
  return found;
}
