/** The forge has been asked to register every rig that is neither ready nor failed, lately enough to still answer. */
import { askAgainAt, takeNotes, type Rule } from "../rule.ts";

export const registerRig: Rule = {
  name: "register-rig",
  look(snapshot, now) {
    const notes = takeNotes();
    for (const rig of snapshot.rigs.values()) {
      if (rig.state !== "registering") continue;
      const due = askAgainAt(rig.askedAt, snapshot);
      if (now >= due) notes.decide({ do: "register-rig", rig: rig.rig });
      else notes.lookAt(due);
    }
    return notes.findings();
  },
};
