/** Work in review has a pull request on the forge, and the rig's one refinery reads the oldest that nobody has read. */
import { reworkStates, type PrState } from "@gastown/contracts";
import type { Agent } from "../agent.ts";
import type { MergeRequest, Pull } from "../bead.ts";
import { liveRequests } from "../live.ts";
import { askAgainAt, takeNotes, type Explanation, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { standstillOf } from "../standstill.ts";
import { isHandedIn, policyIn } from "../state.ts";
import { aboutRequest, cooledDownAt } from "../waiting.ts";

interface At {
  readonly snapshot: Snapshot;
  readonly now: number;
  readonly notes: Notes;
}

/**
 * Kilo-town §3.4 R1 to R6 without their timers: reports come as facts, and a pull request that waits for people costs nobody
 * anything (R9, W5). The refinery reads while checks run or when it is ready, so that a wait for approval neither delays the
 * reading nor is ended by it.
 */
export const requestReview: Rule = {
  name: "request-review",
  look(snapshot, now) {
    const notes = takeNotes();
    const unread: MergeRequest[] = [];
    for (const bead of liveRequests(snapshot)) {
      if (!isHandedIn(snapshot, bead)) continue;
      const told = bead.request.pull !== null && !bead.request.awaitsReport;
      if (told) askAfterSilence(bead, { snapshot, now, notes });
      if (bead.request.pull === null || bead.request.awaitsReport) askForge(bead, { snapshot, now, notes });
      else if (isUnread(bead, bead.request.pull, snapshot)) unread.push(bead);
    }
    const busy = new Set<string>();
    for (const bead of unread.toSorted((a, b) => a.number - b.number)) findReader(bead, busy, { snapshot, now, notes });
    return notes.findings();
  },
};

/** What was told long ago is asked for again: the fact that would move it may have been lost. It waits no less for that. */
function askAfterSilence(bead: MergeRequest, { snapshot, now, notes }: At): void {
  const lastHeard = Math.max(bead.updatedAt, bead.request.openAskedAt ?? 0);
  const due = lastHeard + snapshot.town.policy.pullSilenceMs;
  if (now >= due) notes.decide({ do: "open-pull", bead: bead.bead });
  else notes.lookAt(due);
}

function askForge(bead: MergeRequest, { snapshot, now, notes }: At): void {
  const { stuck } = bead.request;
  if (stuck !== null && stuck.head === null) {
    const says = `waits for a person: the forge refuses it (${stuck.code}): ${stuck.message}`;
    const movesWhen = `what stands in the way is gone and it is slung again (gastown sling ${bead.bead}), or ${ended(bead)}`;
    say(bead, notes, { says, movesWhen, until: null });
    return;
  }
  const due = askAgainAt(bead.request.openAskedAt, snapshot);
  if (now >= due) {
    notes.decide({ do: "open-pull", bead: bead.bead });
    return;
  }
  const says = "waits for the forge to tell of it (asked again in {wait})";
  say(bead, notes, { says, movesWhen: "the forge tells the state of its pull request", until: due });
}

/** States in which reading would be for nothing: the head changes anyway, people are to act first, or it has ended. */
const notWorthReading: ReadonlySet<PrState> = new Set<PrState>([
  ...reworkStates,
  "stale_read",
  "queued",
  "draft",
  "behind",
  "awaiting_approval",
  "blocked",
  "merged",
  "closed",
]);

/** An adopted one is never read (kilo-town §1.6): its own people and rules judge it. */
function isUnread({ status, assignee, rig, request }: MergeRequest, pull: Pull, snapshot: Snapshot): boolean {
  const given = request.review === "approved" || request.review === "changes_requested";
  const read = given && request.reviewHead === pull.head;
  const wanted = policyIn(snapshot, rig).codeReview && request.adopts === null;
  return status === "open" && assignee === null && !read && wanted && !notWorthReading.has(pull.state);
}

function findReader(bead: MergeRequest, busy: Set<string>, at: At): void {
  const { snapshot, now, notes } = at;
  const policy = policyIn(snapshot, bead.rig);
  const { request } = bead;
  const until = cooledDownAt(bead, policy);
  if (request.parked) {
    const says = `waits for a person: the refinery failed to read it ${policy.maxDispatchAttempts} times`;
    const movesWhen = `it is slung again (gastown sling ${bead.bead}), or ${ended(bead)}`;
    say(bead, notes, { says, movesWhen, until: null });
  } else if (bead.attempts >= policy.maxDispatchAttempts) {
    notes.decide({ do: "park-review", bead: bead.bead });
  } else if (now < until) {
    say(bead, notes, {
      says: "waits {wait} until the refinery tries again",
      movesWhen: "its waiting time is over",
      until,
    });
  } else {
    const standstill = standstillOf(snapshot, bead, now);
    if (standstill === null) hook(bead, busy, at);
    else say(bead, notes, standstill);
  }
}

function hook(bead: MergeRequest, busy: Set<string>, { snapshot, notes }: At): void {
  const rig = bead.rig ?? "";
  const refinery = refineryOf(snapshot, rig);
  const waits = waitsForRefinery(refinery, { rig, busy: busy.has(rig) });
  if (waits !== null) {
    const [says, movesWhen] = waits;
    say(bead, notes, { says, movesWhen, until: null });
    return;
  }
  busy.add(rig);
  notes.decide({ do: "hook-refinery", bead: bead.bead, agent: refinery?.agent ?? null });
}

function waitsForRefinery(
  refinery: Agent | undefined,
  { rig, busy }: { rig: string; busy: boolean },
): readonly [says: string, movesWhen: string] | null {
  if (refinery?.status === "stalled") {
    return ["waits for the refinery, which did nothing for too long and is being stopped", "its process has ended"];
  }
  const reading = refinery?.hook ?? null;
  if (reading === null && !busy) return null;
  const says = reading === null ? `waits for the refinery of ${rig}` : `waits for the refinery, which reads ${reading}`;
  return [says, "the refinery has read what came before it"];
}

function ended({ bead, request }: MergeRequest): string {
  return `a person closes ${request.source ?? bead}`;
}

function refineryOf(snapshot: Snapshot, rig: string): Agent | undefined {
  return [...snapshot.agents.values()].find((agent) => agent.role === "refinery" && agent.rig === rig);
}

function say(bead: MergeRequest, notes: Notes, words: Omit<Explanation, "bead">): void {
  for (const explanation of aboutRequest(bead, words)) notes.explain(explanation);
}
