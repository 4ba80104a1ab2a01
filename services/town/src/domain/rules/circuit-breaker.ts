/** Where too many attempts failed in a sliding window the breaker is open, and told once; it closes by itself when they are old. */
import { trippedIn } from "../breaker.ts";
import { takeNotes, type Rule } from "../rule.ts";

/**
 * Kilo-town §3.3, whose breaker counts healthy work (W7): this one counts attempts that failed, of the town and of each rig.
 * Dispatch goes by the count itself (`standstill`), this rule tells its edges.
 */
export const circuitBreaker: Rule = {
  name: "circuit-breaker",
  look(snapshot, now) {
    const notes = takeNotes();
    const { open } = snapshot.town;
    for (const rig of new Set([null, ...snapshot.rigs.keys(), ...open])) {
      const gone = rig !== null && !snapshot.rigs.has(rig);
      const tripped = gone ? null : trippedIn(snapshot, rig, now);
      if (tripped === null) {
        if (open.includes(rig)) notes.decide({ do: "close-breaker", rig });
        continue;
      }
      if (!open.includes(rig)) notes.decide({ do: "open-breaker", rig, failures: tripped.failures });
      notes.lookAt(tripped.closesAt);
    }
    return notes.findings();
  },
};
