/** What is to be said to an agent that runs has been given to the dispatcher, urgent things first; what came too late has expired. */
import type { Agent } from "../agent.ts";
import { hears, isAsked } from "../hearing.ts";
import type { Nudge } from "../nudge.ts";
import { askAgainAt, takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { isAboutEarlierStart } from "../stuck.ts";

interface At {
  readonly snapshot: Snapshot;
  readonly now: number;
  readonly notes: Notes;
}

/**
 * Kilo-town §1.9, with one row for each nudge, on which its delivery is told (W17). Nothing is lost between two starts of an
 * agent (W16): a nudge stays pending until somebody was given it or its time is over.
 */
export const deliverNudges: Rule = {
  name: "deliver-nudges",
  look(snapshot, now) {
    const notes = takeNotes();
    const pending = [...snapshot.nudges.values()].filter(({ state }) => state === "pending");
    for (const [id, nudges] of Map.groupBy(pending, ({ agent }) => agent)) {
      const agent = snapshot.agents.get(id);
      const worthIt = nudges.filter((nudge) => !settle(nudge, agent, { now, notes }));
      if (agent === undefined || !hears(agent)) continue;
      // What waits for the end of a turn must not hold up what does not.
      for (const lane of [worthIt.filter(isAtOnce), worthIt.filter((nudge) => !isAtOnce(nudge))]) {
        giveNext(agent, lane, { snapshot, now, notes });
      }
    }
    return notes.findings();
  },
};

/** Whether it is not to be said any more. */
function settle(nudge: Nudge, agent: Agent | undefined, { now, notes }: Pick<At, "now" | "notes">): boolean {
  const end = (state: "expired" | "failed", reason: string) => {
    notes.decide({ do: "settle-nudge", nudge: nudge.nudge, state, reason });
    return true;
  };
  if (agent === undefined) return end("failed", `there is no agent ${nudge.agent} any more`);
  if (nudge.expiresAt !== null && now >= nudge.expiresAt) return end("expired", "nobody could be given it in time");
  if (isAboutEarlierStart(nudge, agent)) return end("expired", "the start it was about does not work any more");
  if (nudge.expiresAt !== null) notes.lookAt(nudge.expiresAt);
  return false;
}

function isAtOnce({ mode }: Nudge): boolean {
  return mode === "immediate";
}

/** One at a time: the next one when the one before was given, so that urgent ones pass those that wait. */
function giveNext(agent: Agent, lane: readonly Nudge[], { snapshot, now, notes }: At): void {
  const asked = lane.find((nudge) => isAsked(nudge, agent));
  const next = asked ?? lane.toSorted(byUrgency)[0];
  if (next === undefined) return;
  const due = asked === undefined ? now : askAgainAt(asked.askedAt, snapshot);
  if (now >= due) notes.decide({ do: "deliver-nudge", nudge: next.nudge, agent: agent.agent });
  else notes.lookAt(due);
}

function byUrgency(a: Nudge, b: Nudge): number {
  if (a.priority !== b.priority) return a.priority === "urgent" ? -1 : 1;
  return a.createdAt - b.createdAt || numberOf(a) - numberOf(b);
}

function numberOf({ nudge }: Nudge): number {
  return Number.parseInt(nudge.slice(2), 36);
}
