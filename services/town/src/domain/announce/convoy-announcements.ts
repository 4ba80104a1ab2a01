import * as contracts from "@gastown/contracts";
import type { ConvoyChange } from "../changes/convoy-change.ts";
import { convoyOf } from "../state.ts";
import { isoTime } from "../time.ts";
import { tell, type Tells } from "./tell.ts";

export const convoyAnnouncements: Tells<ConvoyChange["type"]> = {
  "convoy.created": ({ bead }, after) => {
    const convoy = convoyOf(after, bead);
    if (convoy === undefined) return null;
    const { title, mergeMode, staged, members } = convoy;
    return tell(contracts.convoyCreated, `bead/${bead}`, {
      convoy: bead,
      title,
      mergeMode,
      staged,
      beads: [...members],
    });
  },
  "convoy.started": ({ bead }) => tell(contracts.convoyStarted, `bead/${bead}`, { convoy: bead }),
  "convoy.changed": ({ bead, added, removed }) =>
    tell(contracts.convoyChanged, `bead/${bead}`, { convoy: bead, added: [...added], removed: [...removed] }),
  "convoy.progressed": ({ bead, closed, failed }, after) => {
    const total = convoyOf(after, bead)?.members.length ?? 0;
    return tell(contracts.convoyProgressed, `bead/${bead}`, { convoy: bead, closed, failed, total });
  },
  "branch.asked": null,
  "branch.reported": null,
  "landing.requested": ({ bead, rig, request, attempt }) =>
    tell(contracts.landingRequested, `bead/${bead}`, { convoy: bead, rig, request, attempt }),
  "landing.landed": ({ bead, rig }) => tell(contracts.convoyRigLanded, `bead/${bead}`, { convoy: bead, rig }),
  "landing.suppressed": ({ bead, rig, attempt }) =>
    tell(contracts.respawnSuppressed, `bead/${bead}`, { convoyId: bead, rig, suppressedAttempt: attempt }),
  "convoy.landed": ({ bead, partial }) => tell(contracts.convoyLanded, `bead/${bead}`, { convoy: bead, partial }),
  "convoy.failed": ({ bead, code, reason }) =>
    tell(contracts.convoyFailed, `bead/${bead}`, { convoy: bead, code, reason }),
  "approval.awaited": ({ bead, source, since, causes }) =>
    tell(contracts.awaitingApprovalDetected, `bead/${source ?? bead}`, {
      bead,
      source,
      since: isoTime(since),
      causes: [...causes],
    }),
  "approval.resolved": ({ bead, source, waitedMs, state }) =>
    tell(contracts.awaitingApprovalResolved, `bead/${source ?? bead}`, { bead, source, waitedMs, state }),
  "request.stuck": null,
  "request.freed": null,
  "fixup.requested": null,
  "fixup.completed": null,
  "adoption.told": null,
};
