import * as contracts from "@gastown/contracts";
import type { Bead } from "./bead.ts";
import { careAnnouncements } from "./announce/care-announcements.ts";
import { convoyAnnouncements } from "./announce/convoy-announcements.ts";
import { helpAnnouncements } from "./announce/help-announcements.ts";
import { mayorAnnouncements } from "./announce/mayor-announcements.ts";
import { removalAnnouncements } from "./announce/removal-announcements.ts";
import { safetyAnnouncements } from "./announce/safety-announcements.ts";
import { maxTextBytes, tell, type Announcement, type Tell, type Tells } from "./announce/tell.ts";
import type { Change, ChangeOf, ChangeType } from "./change.ts";
import { clip } from "./clip.ts";
import { blockersOf, type TownState } from "./state.ts";
import { beadView } from "./views.ts";
import { without } from "./without.ts";

/** Every change, and what others are told of it. Null: it is nobody's business but ours, or another service tells it. */
const table: Tells<ChangeType> = {
  ...convoyAnnouncements,
  ...careAnnouncements,
  ...helpAnnouncements,
  ...mayorAnnouncements,
  ...safetyAnnouncements,
  ...removalAnnouncements,
  "town.created": ({ name }) => tell(contracts.townCreated, null, { name }),
  "town.updated": ({ changed }) => tell(contracts.townUpdated, null, { changed: Object.keys(changed) }),
  "rig.added": ({ rig }) => tell(contracts.rigAdded, `rig/${rig.rig}`, { rig: rig.rig, source: rig.source }),
  "rig.asked": null,
  "rig.reported": ({ rig, from, to, reason }) =>
    from === to ? null : tell(contracts.rigStateChanged, `rig/${rig}`, { rig, from, to, reason: reason ?? "" }),
  "bead.created": ({ bead }, after) =>
    tell(contracts.beadCreated, `bead/${bead.bead}`, { bead: bead.bead, view: shortView(bead, after) }),
  "bead.updated": ({ bead, changed }) =>
    tell(contracts.beadUpdated, `bead/${bead}`, { bead, changed: shortChange(changed) }),
  "bead.status-changed": ({ bead, from, to, reason }) =>
    tell(contracts.beadStatusChanged, `bead/${bead}`, { bead, from, to, reason: clip(reason, maxTextBytes) }),
  "bead.assigned": ({ bead, agent }) => tell(contracts.beadAssigned, `bead/${bead}`, { bead, agent }),
  "bead.released": ({ bead, agent, reason }) => tell(contracts.beadReleased, `bead/${bead}`, { bead, agent, reason }),
  "bead.unblocked": ({ bead }) => tell(contracts.beadUnblocked, `bead/${bead}`, { bead }),
  "bead.slung": ({ bead }, after) => {
    const changed = after.beads.get(bead)?.type === "issue" ? { held: false } : { parked: false };
    return tell(contracts.beadUpdated, `bead/${bead}`, { bead, changed });
  },
  "mail.sent": ({ bead, to, subject }) => tell(contracts.mailSent, `bead/${bead}`, { bead, to, subject }),
  "mail.delivered": ({ agent, beads }) => tell(contracts.mailDelivered, `agent/${agent}`, { agent, beads: [...beads] }),
  "escalation.raised": ({ bead, severity, title }) =>
    tell(contracts.escalationRaised, `bead/${bead}`, { bead, severity, title }),
  "agent.registered": ({ agent: { agent, name, role, rig } }) =>
    tell(contracts.agentRegistered, `agent/${agent}`, { agent, name, role, rig }),
  "agent.dispatched": ({ agent, bead, generation, attempt }) =>
    tell(contracts.agentDispatched, `bead/${bead}`, { agent, bead, generation, attempt }),
  "agent.start-asked": null,
  "agent.status-changed": ({ agent, from, to, reason }) =>
    tell(contracts.agentStatusChanged, `agent/${agent}`, { agent, from, to, reason: clip(reason, maxTextBytes) }),
  "agent.unhooked": null,
  "agent.reported": null,
  "agent.seen": null,
  "agent.lost": null,
  "agent.stop-asked": null,
  "agent.checkpointed": ({ agent, bead }) => tell(contracts.agentCheckpointed, `bead/${bead}`, { agent, bead }),
  "agent.said": null,
  "work.handed-in": null,
  "pull.asked": null,
  "pull.reported": null,
  "pull.close-asked": null,
  "review.requested": ({ bead, source }) => tell(contracts.reviewRequested, `bead/${source ?? bead}`, { bead, source }),
  "review.withdrawn": null,
  "review.completed": ({ bead, source, agent, verdict, summary }) =>
    tell(contracts.reviewCompleted, `bead/${source ?? bead}`, {
      bead,
      source,
      agent,
      verdict,
      summary: clip(summary, maxTextBytes),
    }),
  "review.told": null,
  "review.parked": null,
  "merge.requested": ({ bead, source, pull, head }) =>
    tell(contracts.mergeRequested, `bead/${source ?? bead}`, { bead, source, pull, head }),
  "rework.requested": ({ bead, request, round, reason }) =>
    tell(contracts.reworkRequested, `bead/${bead}`, { bead, mergeRequest: request, round, reason }),
};

/** The event that tells others of a change; `after` is the town right after it. Null when they are told nothing. */
export function announce(change: Change, after: TownState): Announcement | null {
  const tellOf = table[change.type] as Tell<ChangeType> | null;
  return tellOf === null ? null : tellOf(change, after);
}

function shortView(bead: Bead, after: TownState) {
  const blockedBy = bead.type === "issue" ? blockersOf(after, bead).map((b) => b.bead) : [];
  return beadView({ ...bead, body: clip(bead.body, maxTextBytes) }, { blockedBy, request: null });
}

function shortChange(changed: ChangeOf<"bead.updated">["changed"]): Record<string, unknown> {
  const told = without(changed, "blocked");
  return told.body === undefined ? told : { ...told, body: clip(told.body, maxTextBytes) };
}
