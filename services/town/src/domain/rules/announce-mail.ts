/** An agent at work has been told of its new mail, once. */
import type { Message } from "../bead.ts";
import { hears } from "../hearing.ts";
import { takeNotes, type Rule } from "../rule.ts";

/**
 * Kilo-town §1.9 pushes mail itself and drops what nobody takes (W16); here mail waits in its box until it is fetched, and who
 * does not work finds the number of unread messages when it begins.
 */
export const announceMail: Rule = {
  name: "announce-mail",
  look(snapshot) {
    const notes = takeNotes();
    const unread = [...snapshot.beads.values()].filter(
      (bead): bead is Message => bead.type === "message" && bead.status === "open" && !bead.announced,
    );
    for (const [id, mail] of Map.groupBy(unread, ({ assignee }) => assignee ?? "")) {
      const agent = snapshot.agents.get(id);
      if (agent === undefined || !hears(agent)) continue;
      const beads = mail.toSorted((a, b) => a.number - b.number).map(({ bead }) => bead);
      notes.decide({ do: "announce-mail", agent: id, beads });
    }
    return notes.findings();
  },
};
