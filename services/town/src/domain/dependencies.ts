import type { Bead } from "./bead.ts";
import { refused, type Decided } from "./input.ts";
import type { TownState } from "./state.ts";

/** The ids, each once, in the order given. */
export function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

/** The refusal of a list of blockers that names what cannot be waited for; null when all can. */
export function refuseDependencies(state: TownState, dependsOn: readonly string[]): Decided | null {
  for (const id of dependsOn) {
    const blocker = state.beads.get(id);
    if (blocker === undefined) return refused("invalid", `dependsOn: there is no bead ${id}`);
    if (blocker.type === "agent" || blocker.type === "message") {
      return refused(
        "invalid",
        `dependsOn: ${id} is ${blocker.type === "agent" ? "an agent" : "a message"}, which is never closed by work`,
      );
    }
  }
  return null;
}

/**
 * The way from a bead back to itself, if it were to wait for `dependsOn`: `[a, b, c, a]`, each waiting for the next. Null
 * when there is none. Sees only loaded beads, so all that the new blockers wait for must be loaded.
 */
export function findCycle(state: TownState, bead: string, dependsOn: readonly string[]): string[] | null {
  const seen = new Set<string>();
  function walk(ids: readonly string[], way: readonly string[]): string[] | null {
    for (const id of ids) {
      if (id === bead) return [...way, id];
      const next = seen.has(id) ? undefined : state.beads.get(id);
      seen.add(id);
      const found = next === undefined ? null : walk(endsAfter(next), [...way, id]);
      if (found !== null) return found;
    }
    return null;
  }
  return walk(dependsOn, [bead]);
}

/** The beads that end before this one does: those it waits for, a convoy's own, and what a merge request hands in. */
function endsAfter(bead: Bead): readonly string[] {
  if (bead.type === "issue") return bead.dependsOn;
  if (bead.type === "convoy") return bead.members;
  return bead.type === "merge_request" && bead.request.source !== null ? [bead.request.source] : [];
}
