import type { BeadStatus, EndCause, PolicyOverride, Priority, RigView } from "@gastown/contracts";
import type { Agent } from "./agent.ts";
import type { Bead, Failure, Issue, Pull } from "./bead.ts";
import type { Rig } from "./rig.ts";
import type { CareChange } from "./changes/care-change.ts";
import type { ConvoyChange } from "./changes/convoy-change.ts";
import type { HelpChange } from "./changes/help-change.ts";
import type { MayorChange } from "./changes/mayor-change.ts";
import type { RemovalChange } from "./changes/removal-change.ts";
import type { SafetyChange } from "./changes/safety-change.ts";
import type { Town } from "./town.ts";
import type { Trace } from "./trace.ts";

type TownChange =
  | {
      readonly type: "town.created";
      readonly town: string;
      readonly name: string;
      readonly policyOverride: PolicyOverride;
      readonly model: string | null;
      /** Not 1, because there was a town of this id: what is still told about its beads is about no bead of this one. */
      readonly nextNumber?: number;
    }
  | {
      readonly type: "town.updated";
      readonly changed: {
        readonly name?: string;
        readonly policyOverride?: PolicyOverride;
        readonly model?: string | null;
      } & Partial<Pick<Town, "models" | "instructions" | "env">>;
    };

type RigChange =
  | { readonly type: "rig.added"; readonly rig: Rig }
  /** The forge was asked to register it. */
  | { readonly type: "rig.asked"; readonly rig: string }
  | {
      readonly type: "rig.reported";
      readonly rig: string;
      readonly from: RigView["state"];
      readonly to: "ready" | "failed";
      readonly defaultBranch: string | null;
      readonly cloneUrl: string | null;
      readonly reason: string | null;
    };

type BeadChange =
  | { readonly type: "bead.created"; readonly bead: Bead }
  | { readonly type: "bead.updated"; readonly bead: string; readonly changed: BeadEdit }
  | {
      readonly type: "bead.status-changed";
      readonly bead: string;
      readonly from: BeadStatus;
      readonly to: BeadStatus;
      readonly reason: string;
      readonly failure?: Failure;
    }
  /** It is hooked to an agent, which is not at work yet. */
  | { readonly type: "bead.assigned"; readonly bead: string; readonly agent: string }
  /** It has no agent any more, without having been handed in. */
  | {
      readonly type: "bead.released";
      readonly bead: string;
      readonly agent: string;
      readonly reason: string;
      /** The start never ran or was lost with its container: it is no attempt (W8). */
      readonly setback: boolean;
    }
  | { readonly type: "bead.unblocked"; readonly bead: string }
  /** A person sent it to work: no hold and no waiting time holds it back. */
  | { readonly type: "bead.slung"; readonly bead: string; readonly trace: Trace }
  | { readonly type: "mail.sent"; readonly bead: string; readonly to: string; readonly subject: string }
  | { readonly type: "mail.delivered"; readonly agent: string; readonly beads: readonly string[] }
  | { readonly type: "escalation.raised"; readonly bead: string; readonly severity: Priority; readonly title: string };

/** What a person may edit. */
export type BeadEdit = Partial<
  Pick<Issue, "title" | "body" | "priority" | "labels" | "dependsOn" | "held" | "blocked">
>;

type AgentChange =
  | { readonly type: "agent.registered"; readonly agent: Agent }
  /** It was sent to work on its hooked bead. */
  | {
      readonly type: "agent.dispatched";
      readonly agent: string;
      readonly bead: string;
      readonly generation: number;
      readonly attempt: number;
      readonly branch: string;
    }
  /** The dispatcher was asked again for the same start. */
  | { readonly type: "agent.start-asked"; readonly agent: string }
  | {
      readonly type: "agent.status-changed";
      readonly agent: string;
      readonly from: Agent["status"];
      readonly to: Agent["status"];
      readonly reason: string;
    }
  /** Its bead is not its own any more, because it handed it in or because the bead has ended. */
  | { readonly type: "agent.unhooked"; readonly agent: string; readonly bead: string }
  | {
      readonly type: "agent.reported";
      readonly agent: string;
      readonly state: "running" | "exited" | "failed";
      readonly reason: string;
      readonly cause?: EndCause;
      readonly seenAt: number;
    }
  | {
      readonly type: "agent.seen";
      readonly agent: string;
      readonly aliveAt: number;
      readonly activeAt: number | null;
      readonly tokens: number;
      readonly microUsd: number;
      readonly busy: boolean;
    }
  /** It was silent for so long that its process is taken for ended. */
  | { readonly type: "agent.lost"; readonly agent: string }
  | { readonly type: "agent.stop-asked"; readonly agent: string }
  | {
      readonly type: "agent.checkpointed";
      readonly agent: string;
      readonly bead: string;
      readonly data: Readonly<Record<string, unknown>>;
    }
  | { readonly type: "agent.said"; readonly agent: string; readonly message: string };

/** `bead` is the merge request, except where `source` and `request` tell them apart. */
type RequestChange =
  | {
      readonly type: "work.handed-in";
      readonly bead: string;
      readonly request: string;
      readonly head: string | null;
      readonly summary: string;
    }
  /** The forge was asked to open its pull request, or to tell of it again. */
  | { readonly type: "pull.asked"; readonly bead: string }
  /** `current`: it is about the head that was handed in, or a later one. */
  | { readonly type: "pull.reported"; readonly bead: string; readonly pull: Pull; readonly current: boolean }
  | { readonly type: "pull.close-asked"; readonly bead: string }
  | { readonly type: "review.requested"; readonly bead: string; readonly source: string | null; readonly head: string }
  /** What was read, or being read, counts no more: it will be read again. */
  | { readonly type: "review.withdrawn"; readonly bead: string; readonly reason: string }
  | {
      readonly type: "review.completed";
      readonly bead: string;
      readonly source: string | null;
      readonly agent: string;
      readonly verdict: "approved" | "changes_requested";
      /** The head that was read; null when nobody knows it. */
      readonly head: string | null;
      readonly summary: string;
    }
  | { readonly type: "review.told"; readonly bead: string }
  | { readonly type: "review.parked"; readonly bead: string }
  | {
      readonly type: "merge.requested";
      readonly bead: string;
      readonly source: string | null;
      readonly pull: number;
      readonly head: string;
    }
  | {
      readonly type: "rework.requested";
      readonly bead: string;
      readonly request: string;
      readonly round: number;
      readonly reason: string;
      readonly feedback: string;
      /** The head that came back; null when none was ever seen. */
      readonly head: string | null;
    };

/** Everything that can happen to a town. `evolve` applies it; the store keeps it as history and tells others of it. */
export type Change =
  | TownChange
  | RigChange
  | BeadChange
  | AgentChange
  | RequestChange
  | ConvoyChange
  | CareChange
  | HelpChange
  | MayorChange
  | SafetyChange
  | RemovalChange;
export type ChangeType = Change["type"];
export type ChangeOf<T extends ChangeType> = Extract<Change, { readonly type: T }>;

/** After these no rule can say anything new: the town is not looked at again because of them. */
const quiet: ReadonlySet<ChangeType> = new Set<ChangeType>([
  "agent.seen",
  "agent.said",
  "agent.checkpointed",
  "mail.delivered",
  "mayor.ensured",
  "agent.model-reported",
]);

/** Whether a change can move something, so that the rules must look. */
export function isMoving(change: Change): boolean {
  return !quiet.has(change.type);
}
