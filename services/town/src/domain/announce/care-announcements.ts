import * as contracts from "@gastown/contracts";
import type { CareChange } from "../changes/care-change.ts";
import { tell, type Tells } from "./tell.ts";

export const careAnnouncements: Tells<CareChange["type"]> = {
  "nudge.queued": ({ nudge: { nudge, agent, mode, source, message } }) =>
    tell(contracts.nudgeQueued, `agent/${agent}`, { nudge, agent, mode, source, message }),
  "nudge.asked": null,
  "nudge.settled": ({ nudge, agent, state, reason }) =>
    tell(contracts.nudgeSettled, `agent/${agent}`, { nudge, agent, state, reason }),
  "mail.announced": null,
  "agent.stuck": ({ agent, bead, tier, idleMs }) =>
    tell(contracts.agentStuck, `bead/${bead}`, { agent, bead, tier, idleMs }),
  "agent.stalled": ({ agent, from, reason }) =>
    tell(contracts.agentStatusChanged, `agent/${agent}`, { agent, from, to: "stalled", reason }),
  "agent.revived": ({ agent, reason }) =>
    tell(contracts.agentStatusChanged, `agent/${agent}`, { agent, from: "stalled", to: "idle", reason }),
  "agent.removed": ({ agent, name, reason }) => tell(contracts.agentRemoved, `agent/${agent}`, { agent, name, reason }),
  "invariant.violated": ({ invariant, about, repair }) =>
    tell(contracts.invariantViolated, null, { invariant, about: [...about], repair }),
  // The dispatcher has told it.
  "work.rescued": null,
  "bead.reset": ({ bead, from, reason }) =>
    tell(contracts.beadStatusChanged, `bead/${bead}`, { bead, from, to: "open", reason }),
};
