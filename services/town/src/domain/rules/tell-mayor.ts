/** The mayor of a town that has one has mail about every open escalation that is not low, and again when one is raised. */
import { takeNotes, type Rule } from "../rule.ts";

/** Kilo-town §1.8; the mail is a bead, so it waits while the mayor is away (W16). A mayor who comes later learns of all that is open. */
export const tellMayor: Rule = {
  name: "tell-mayor",
  look(snapshot) {
    const notes = takeNotes();
    const mayor = [...snapshot.agents.values()].find(({ role }) => role === "mayor");
    if (mayor === undefined) return notes.findings();
    const news = [...snapshot.beads.values()].flatMap((bead) =>
      bead.type === "escalation" && bead.status === "open" && bead.severity !== "low" && !bead.told ? [bead.bead] : [],
    );
    if (news.length > 0) notes.decide({ do: "tell-mayor", agent: mayor.agent, beads: news });
    return notes.findings();
  },
};
