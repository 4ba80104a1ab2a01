/** Work that has used up a budget of its own, its convoy or its town is stopped with what was done saved, and people are told once. */
import type { Work } from "../bead.ts";
import { isEnded } from "../bead.ts";
import {
  amountText,
  beadAccount,
  convoyAccount,
  convoyIdOf,
  timeIsUpAt,
  townAccount,
  usedUp,
  type Account,
  type UsedUp,
} from "../budgets.ts";
import { liveIssues, liveRequests } from "../live.ts";
import { isDispatched } from "../obstacles/index.ts";
import { takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { isHandedIn, policyIn } from "../state.ts";

interface At {
  readonly snapshot: Snapshot;
  readonly now: number;
  readonly notes: Notes;
}

/**
 * R19. It tells and it stops; that nothing is dispatched meanwhile is `standstill`'s. What is spent and not told yet (the time of
 * who works) gives the exact moment to look again; tokens and money come with heartbeats, which rouse the town when they matter.
 */
export const keepBudgets: Rule = {
  name: "keep-budgets",
  look(snapshot, now) {
    const at = { snapshot, now, notes: takeNotes() };
    const works = [...liveIssues(snapshot).filter(isDispatched), ...liveRequests(snapshot)];
    for (const work of works) keep(beadAccount(snapshot, work), { works: [work], told: work.budgetTold }, at);
    keepConvoys(works, at);
    keep(townAccount(snapshot, now), { works, told: snapshot.town.budgetTold }, at);
    return at.notes.findings();
  },
};

function keepConvoys(works: readonly Work[], at: At): void {
  const byConvoy = Map.groupBy(works, (work) => convoyIdOf(at.snapshot, work));
  for (const bead of at.snapshot.beads.values()) {
    if (bead.type !== "convoy" || isEnded(bead)) continue;
    keep(convoyAccount(at.snapshot, bead), { works: byConvoy.get(bead.bead) ?? [], told: bead.budgetTold }, at);
  }
}

function keep(account: Account, { works, told }: { works: readonly Work[]; told: boolean }, at: At): void {
  const { snapshot, now, notes } = at;
  const running = works.filter(({ status }) => status === "in_progress");
  const overrun = running.length === 0 ? null : usedUp(account, snapshot, { now, running: true });
  if (overrun !== null) callBack(running, overrun, notes);
  else if (running.length > 0) lookWhenUp(account, at);
  const empty = overrun ?? usedUp(account, snapshot, { now, running: false });
  const { scope, bead } = account;
  if (empty === null) {
    if (told) notes.decide({ do: "restore-budget", scope, bead });
  } else if (!told && (overrun !== null || works.some((work) => waitsForAgent(work, snapshot)))) {
    notes.decide({ do: "exceed-budget", scope, bead, budget: empty.budget, limit: empty.limit });
  }
}

function callBack(running: readonly Work[], { account, of, limit }: UsedUp, notes: Notes): void {
  const reason = `${whose[account.scope]} budget of ${amountText(of, limit)} is used up`;
  for (const { bead, assignee } of running) notes.decide({ do: "call-back", bead, agent: assignee, reason });
}

const whose = { bead: "its", convoy: "its convoy's", town: "the town's" } as const;

function lookWhenUp(account: Account, { snapshot, notes }: At): void {
  const up = timeIsUpAt(account, snapshot);
  if (up !== null) notes.lookAt(up);
}

/** Somebody would be sent to work on it, or to read it, if there were anything left to use. */
function waitsForAgent(work: Work, snapshot: Snapshot): boolean {
  if (work.status !== "open") return false;
  if (work.type === "issue") return true;
  const { review, parked, adopts } = work.request;
  return (
    review === "none" &&
    !parked &&
    adopts === null &&
    policyIn(snapshot, work.rig).codeReview &&
    isHandedIn(snapshot, work)
  );
}
