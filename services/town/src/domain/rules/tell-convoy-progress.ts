/** Everybody was told how many beads of each convoy are done, and the convoy says what it waits for. */
import type { Convoy, Issue } from "../bead.ts";
import { progressOf, type Progress } from "../convoys.ts";
import { liveConvoys } from "../live.ts";
import { takeNotes, type Explanation, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";

/** Kilo-town §3.5 rules 1 to 3. A failed bead is told as failed and never as done (W26). */
export const tellConvoyProgress: Rule = {
  name: "tell-convoy-progress",
  look(snapshot) {
    const notes = takeNotes();
    for (const convoy of liveConvoys(snapshot)) {
      const progress = progressOf(snapshot, convoy);
      const closed = progress.closed.length;
      const failed = progress.failed.length;
      if (closed !== convoy.progress.closed || failed !== convoy.progress.failed) {
        notes.decide({ do: "tell-progress", bead: convoy.bead, closed, failed });
      }
      const waits = whatFor(convoy, progress, snapshot);
      if (waits !== null) notes.explain({ bead: convoy.bead, ...waits, until: null });
    }
    return notes.findings();
  },
};

type Words = Pick<Explanation, "says" | "movesWhen">;

/** What keeps it from being complete; null when nothing does. */
function whatFor({ bead, staged }: Convoy, progress: Progress, { town }: Snapshot): Words | null {
  const { closed, failed, unfinished } = progress;
  if (staged) return { says: "is staged", movesWhen: `a person starts it (gastown convoy start ${bead})` };
  const total = closed.length + failed.length + unfinished.length;
  if (total === 0) {
    return { says: "has no beads", movesWhen: `beads are added to it, or it is closed (gastown convoy close ${bead})` };
  }
  const done = `${closed.length} of its ${total} beads are done`;
  if (unfinished.length > 0) {
    return { says: `waits for ${names(unfinished)}; ${done}`, movesWhen: "those beads have ended" };
  }
  if (failed.length === 0 || town.policy.landPartially) return null;
  const movesWhen = `each of them is closed, which accepts the failure (gastown close), or taken out (gastown convoy remove ${bead}); or landPartially is switched on; other beads for the same work can be added (gastown convoy add ${bead})`;
  return { says: `waits for a person: ${names(failed)}; ${done}`, movesWhen };
}

const mostNamed = 10;

function names(issues: readonly Issue[]): string {
  const named = issues.slice(0, mostNamed).map(({ bead, status }) => `${bead} (${status})`);
  const more = issues.length - named.length;
  return `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
