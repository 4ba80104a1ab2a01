/** When a budget period of a town is over, the next one begins with whatever is used first. */
import { isEnded, isWork } from "../bead.ts";
import { periodEnd } from "../budgets.ts";
import { takeNotes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";

/** R19. A town in which nothing was used and nothing waits has no timer: its next period begins when it has work again. */
export const beginBudgetPeriod: Rule = {
  name: "begin-budget-period",
  look(snapshot, now) {
    const notes = takeNotes();
    const end = periodEnd(snapshot);
    if (now < end) {
      if (hasSpent(snapshot)) notes.lookAt(end);
    } else if (hasSpent(snapshot) || hasWork(snapshot)) {
      notes.decide({ do: "begin-budget-period" });
    }
    return notes.findings();
  },
};

function hasSpent({ town }: Snapshot): boolean {
  return Object.values(town.spent).some((amount) => amount > 0);
}

function hasWork({ beads }: Snapshot): boolean {
  return [...beads.values()].some((bead) => isWork(bead) && !isEnded(bead));
}
