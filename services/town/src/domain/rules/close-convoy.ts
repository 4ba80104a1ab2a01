/** A convoy whose work is all merged is closed, and everybody was told that it has landed. */
import { isComplete, progressOf } from "../convoys.ts";
import { liveConvoys } from "../live.ts";
import { takeNotes, type Rule } from "../rule.ts";

/**
 * Kilo-town §3.5 rules 4 and 6a; with several rigs all of them must have landed, where kilo lands the first only (W26). It says
 * `partial` when a bead of it had failed, also one that a person closed since.
 */
export const closeConvoy: Rule = {
  name: "close-convoy",
  look(snapshot) {
    const notes = takeNotes();
    for (const convoy of liveConvoys(snapshot)) {
      const landed = convoy.branch === null || convoy.landings.every(({ landedAt }) => landedAt !== null);
      if (!landed || !isComplete(snapshot, convoy)) continue;
      const { closed, failed } = progressOf(snapshot, convoy);
      const partial = [...closed, ...failed].some(({ failure }) => failure !== null);
      notes.decide({ do: "close-convoy", bead: convoy.bead, partial });
    }
    return notes.findings();
  },
};
