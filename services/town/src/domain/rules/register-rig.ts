/** The forge has been asked to register every rig with its present check and approvals, and lately enough to still answer while it is neither ready nor failed. */
import { askAgainAt, takeNotes, type Rule } from "../rule.ts";

export const registerRig: Rule = {
  name: "register-rig",
  look(snapshot, now) {
    const notes = takeNotes();
    for (const rig of snapshot.rigs.values()) {
      // One that is ready or failed is told again when its check or approvals have changed since.
      if (rig.state !== "registering" && rig.askedAt !== null) continue;
      const due = askAgainAt(rig.askedAt, snapshot);
      if (now >= due) notes.decide({ do: "register-rig", rig: rig.rig });
      else notes.lookAt(due);
    }
    return notes.findings();
  },
};
