import type { CareChange } from "../changes/care-change.ts";
import { ofAgent, ofBead, ofBoth, type Recalls } from "./recall.ts";

export const careRecalls: Recalls<CareChange["type"]> = {
  "nudge.queued": ({ nudge: { nudge, agent, mode, source, message } }) => ({
    beads: [agent],
    data: { nudge, mode, source, message },
  }),
  "nudge.asked": ofAgent,
  "nudge.settled": ofAgent,
  "mail.announced": ofBoth,
  "agent.stuck": ofBoth,
  "agent.stalled": ofAgent,
  "agent.revived": ofAgent,
  "agent.removed": ofAgent,
  "invariant.violated": ({ invariant, about, repair }) => ({ beads: [...about], data: { invariant, repair } }),
  "work.rescued": ofBead,
  "bead.reset": ofBead,
};
