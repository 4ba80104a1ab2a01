/** A mayor whose start is over, or that may not run in its town now, is idle. */
import type { Agent } from "../agent.ts";
import { amountText } from "../budgets.ts";
import { holdOf, isInTurn } from "../mayor.ts";
import type { DecisionOf } from "../decision.ts";
import { takeNotes, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";
import { waitText } from "../time.ts";
import { lostAt } from "../waiting.ts";

interface At {
  readonly snapshot: Snapshot;
  readonly now: number;
  readonly notes: Notes;
}

/**
 * Kilo-town §7.3 and W16: its end is a fact about its process, never the end of what is to be said to it. What may still run of an
 * idle one is ended by `stop-finished-agents`, as of every agent.
 */
export const restMayor: Rule = {
  name: "rest-mayor",
  whileStopped: true,
  look(snapshot, now) {
    const at = { snapshot, now, notes: takeNotes() };
    const mayors = [...snapshot.agents.values()].filter(({ role }) => role === "mayor");
    for (const mayor of mayors) lookAt(mayor, at);
    return at.notes.findings();
  },
};

function lookAt(mayor: Agent, at: At): void {
  const { snapshot, notes } = at;
  const { agent, status, duty } = mayor;
  const runs = status === "working" || status === "waiting";
  const held = whyHeld(at);
  const end = runs ? endOf(mayor, at) : null;
  const unwanted = held !== null && (status !== "idle" || duty.wantedAt !== null || duty.cutOff);
  if (end !== null) notes.decide({ do: "rest-mayor", agent, ...end, unwanted });
  else if (unwanted) notes.decide({ do: "rest-mayor", agent, ...called, reason: held, unwanted });
  else if (runs) notes.lookAt(lostAt(mayor, snapshot));
  if (held !== null) notes.explain({ bead: agent, says: `rests: ${held}`, movesWhen: moves(snapshot), until: null });
}

function moves({ town }: Snapshot): string {
  return town.stopped === null
    ? "the town may use more, and somebody speaks to it"
    : "the town is let go on (gastown thaw), and somebody speaks to it";
}

type End = Omit<DecisionOf<"rest-mayor">, "do" | "agent" | "unwanted">;

/** Its town ends it, not itself. */
const called = { lost: false, setback: false, cutOff: false } as const;

/** How its start is over; null when it is not. */
function endOf(mayor: Agent, { snapshot, now }: At): End | null {
  const { process } = mayor;
  if (process.state === "ended") {
    const { how, reason, cause } = process;
    const asked = cause === "done" || cause === "stopped";
    const says = `${how === "failed" ? "it could not start" : "it ended"}: ${reason}`;
    return { reason: says, lost: false, setback: !asked && cause !== "saved", cutOff: !asked && isInTurn(mayor) };
  }
  if (process.state === "starting" || process.state === "running") {
    if (now < lostAt(mayor, snapshot)) return null;
    const silence = waitText(snapshot.town.policy.heartbeatLostMs);
    return { reason: `it was not heard of for ${silence}`, lost: true, setback: true, cutOff: isInTurn(mayor) };
  }
  return { reason: "it does not run", lost: false, setback: false, cutOff: false };
}

/** Why no mayor may run in the town now; null when one may. */
function whyHeld({ snapshot, now }: At): string | null {
  const held = holdOf(snapshot, { now, running: true });
  if (held === "stopped") return `the town is stopped by ${snapshot.town.stopped?.by}`;
  return held === null ? null : `the town has used up its budget of ${amountText(held.of, held.limit)}`;
}
