/** A mayor that somebody wants something of has been started, and asked for again while nothing is heard of its start; nothing that is to be said to it gets lost. */
import { mayRun, type Agent } from "../agent.ts";
import { amountText, periodEnd } from "../budgets.ts";
import { holdOf, mayorOf, mayStartAt, newMailFor, nudgesFor, whyWanted } from "../mayor.ts";
import { askAgainAt, takeNotes, type Explanation, type Notes, type Rule } from "../rule.ts";
import type { Snapshot } from "../snapshot.ts";

interface At {
  readonly snapshot: Snapshot;
  readonly now: number;
  readonly notes: Notes;
}

/**
 * Kilo-town §7.1 and §7.2, whose messages are gone when nobody takes them (W16): here they are rows, and as long as there is one the
 * mayor is started, in a new generation each time. It works on no bead, so its starts are nobody's attempts.
 */
export const wakeMayor: Rule = {
  name: "wake-mayor",
  look(snapshot, now) {
    const at = { snapshot, now, notes: takeNotes() };
    const mayor = mayorOf(snapshot);
    if (mayor?.status === "idle") wake(mayor, at);
    else if (mayor !== undefined) lookAt(mayor, at);
    return at.notes.findings();
  },
};

function wake(mayor: Agent, at: At): void {
  const { snapshot, now, notes } = at;
  const why = whyWanted(snapshot, mayor, now);
  if (why === null) {
    notes.explain(
      about(mayor, "rests: nobody wants anything of it", "somebody speaks to it, or mail or an escalation comes"),
    );
    return;
  }
  const wait = whyWait(mayor, why, at);
  if (wait === null) notes.decide({ do: "start-mayor", agent: mayor.agent });
  else notes.explain(wait);
}

/** What keeps it from being started, although somebody wants something of it. */
function whyWait(mayor: Agent, why: string, { snapshot, now }: At): Explanation | null {
  if (mayRun(mayor)) {
    return about(mayor, `waits for its last start to end: ${why}`, "the dispatcher says that it has ended");
  }
  const held = holdOf(snapshot, { now, running: false });
  if (held !== null && held !== "stopped") {
    const { of, budget, limit } = held;
    const says = `has to wait, because the town has used up its budget of ${amountText(of, limit)}: ${why}`;
    const until = limit === 0 ? null : periodEnd(snapshot);
    return { ...about(mayor, says, `the next budget period begins, or ${budget} is raised`), until };
  }
  const startAt = mayStartAt(snapshot, mayor);
  if (now >= startAt) return null;
  const { setbacks } = mayor.duty;
  const says = `waits {wait} after ${setbacks} ${setbacks === 1 ? "start" : "starts"} that came to nothing: ${why}`;
  return { ...about(mayor, says, "the waiting time is over"), until: startAt };
}

function lookAt(mayor: Agent, { snapshot, now, notes }: At): void {
  const { agent, status, process } = mayor;
  if (process.state === "starting") {
    const due = askAgainAt(process.askedAt, snapshot);
    if (now >= due) notes.decide({ do: "ask-mayor-again", agent });
    else notes.lookAt(due);
    notes.explain(about(mayor, "is being started", "the dispatcher says that it runs"));
    return;
  }
  const open = nudgesFor(snapshot, mayor, now).length + newMailFor(snapshot, mayor).length;
  const left = open === 0 ? "" : `, and ${open} ${open === 1 ? "message is" : "messages are"} on the way to it`;
  if (status === "waiting") notes.explain(about(mayor, `waits to be spoken to${left}`, "somebody speaks to it"));
  else notes.explain(about(mayor, `is ${status}${left}`, "its turn is over"));
}

function about({ agent: bead }: Agent, says: string, movesWhen: string): Explanation {
  return { bead, says, movesWhen, until: null };
}
