import type {
  BeadStatus,
  IssueKind,
  MergeMode,
  MergeRequest as MergeRequestView,
  Priority,
  PrState,
  Spent,
  TriageView,
} from "@gastown/contracts";
import type { Trace } from "./trace.ts";

interface BeadFields {
  readonly bead: string;
  /** The number in its id: later beads have larger ones. */
  readonly number: number;
  readonly status: BeadStatus;
  readonly title: string;
  readonly body: string;
  readonly rig: string | null;
  readonly parent: string | null;
  /** Who works on it, or last handed it in. For a message: who it is for. */
  readonly assignee: string | null;
  readonly priority: Priority;
  readonly labels: readonly string[];
  readonly failure: Failure | null;
  readonly trace: Trace;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly closedAt: number | null;
  readonly version: number;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Why a merge request waits for a person; `head` is the head it is about, null when it is about none. */
type Stuck = Failure & { readonly head: string | null };

/** What every bead has that agents are sent to work on. */
interface WorkFields extends BeadFields {
  /** Dispatches since the last progress that count: reset when work is handed in (W8). */
  readonly attempts: number;
  /** Starts since the last progress that never ran or were lost with their container: they only lengthen the wait (W8). */
  readonly setbacks: number;
  /** Used since it exists. */
  readonly spent: Spent;
  /** People were told that its budget is used up. */
  readonly budgetTold: boolean;
  /** Null once a hold or cool-down was lifted by hand, and after progress. */
  readonly lastDispatchAt: number | null;
  /** The note left by whoever worked on it last. */
  readonly checkpoint: Readonly<Record<string, unknown>> | null;
}

/** A work item. */
export interface Issue extends WorkFields {
  readonly type: "issue";
  readonly kind: IssueKind;
  /** The convoy it belongs to. */
  readonly convoy: string | null;
  /** The molecule whose steps its agent walks, or, for a step, the molecule it is a step of. */
  readonly molecule: string | null;
  readonly step: { readonly id: string; readonly needs: readonly string[] } | null;
  readonly triage: Triage | null;
  /** For a fix-up: the merge request it repairs, and what is wrong with it. */
  readonly fixup: { readonly request: string; readonly why: "conflict" | "feedback" | "rework" } | null;
  readonly held: boolean;
  readonly dependsOn: readonly string[];
  /** It was made or changed while it had a live blocker, and nobody was told yet that it has none any more. */
  readonly blocked: boolean;
  readonly reworkRounds: number;
  /** Chosen at its first dispatch and kept, so that rework continues on it. */
  readonly branch: string | null;
  /** What came back from reviewers or checks; null on the first round. */
  readonly feedback: string | null;
  /** Who worked on it last: has the worktree, and is preferred. */
  readonly lastAgent: string | null;
}

/** What a triage request asks, in how many batches it was sent to be answered, and the last of them. */
export type Triage = TriageView & { readonly rounds: number; readonly batch: string | null };

/** A pull request as the forge told it last. */
export interface Pull {
  readonly number: number;
  readonly url: string;
  readonly head: string;
  readonly state: PrState;
  readonly causes: readonly { readonly state: PrState; readonly message: string }[];
  readonly since: string;
  readonly mergeCommit: string | null;
  readonly revision: number;
}

/** What is known about handing in one work item. */
export interface Request {
  /** The work item or convoy it hands in; null when the pull request was adopted. */
  readonly source: string | null;
  /** It is not ours: the forge is asked to follow this pull request instead of opening one. */
  readonly adopts: number | null;
  /** Since when the forge says that it waits for a person; null when it does not. One wait, one pair of events (W6). */
  readonly awaitingSince: number | null;
  /** Fix-up beads made for it, when it has no author in the town. */
  readonly fixups: number;
  /** Why it waits for a person although the forge does not say so (a refused open, repairs that did not help); null when it does not. */
  readonly stuck: Stuck | null;
  readonly branch: string;
  readonly target: string;
  /** The head that was handed in, or that the forge told later; null when the author did not say. */
  readonly head: string | null;
  readonly summary: string;
  readonly pull: Pull | null;
  /** Work was handed in and the forge has not told of it yet: `pull` is about an older head. */
  readonly awaitsReport: boolean;
  readonly review: MergeRequestView["review"];
  /** The head that is or was read. */
  readonly reviewHead: string | null;
  readonly reviewSummary: string | null;
  readonly reviewer: string | null;
  /** The forge was given the review. */
  readonly reviewTold: boolean;
  /** The refinery failed too often to read it: it waits for a person. */
  readonly parked: boolean;
  /** The head that went back to its author last: one round per head. */
  readonly reworkedHead: string | null;
  readonly openAskedAt: number | null;
  readonly mergeAskedAt: number | null;
  readonly mergeAskedHead: string | null;
  readonly closeAskedAt: number | null;
}

/** The bead of a pull request: `open` while nobody reads it, `in_progress` while the refinery does. */
export interface MergeRequest extends WorkFields {
  readonly type: "merge_request";
  readonly request: Request;
}

/** What became of a convoy's work in one rig (kilo-town §3.5; one for each rig: W26). */
export interface Landing {
  readonly rig: string;
  /** The feature branch in that rig's repository. */
  readonly branchState: "none" | "ready" | "failed";
  readonly branchReason: string | null;
  readonly branchAskedAt: number | null;
  /** Landing requests that were made. */
  readonly attempts: number;
  readonly lastAttemptAt: number | null;
  /** The merge request that lands it, the last one. */
  readonly request: string | null;
  readonly landedAt: number | null;
}

/** Work items that reach the default branch together. `open` until it has landed or failed. */
export interface Convoy extends BeadFields {
  readonly type: "convoy";
  readonly mergeMode: MergeMode;
  /** Its beads are not dispatched until it is started. */
  readonly staged: boolean;
  /** The feature branch (`convoy/<slug>/<id>/head`); null with review-and-merge. */
  readonly branch: string | null;
  readonly members: readonly string[];
  readonly landings: readonly Landing[];
  /** As told last: what `convoy.progressed` is compared with. */
  readonly progress: { readonly closed: number; readonly failed: number };
  readonly budgetTold: boolean;
  /** When its work had reached the default branch everywhere; null also when it was closed by hand. */
  readonly landedAt: number | null;
}

/** The steps of a formula for one work item; the steps are issues of kind `step`. */
export interface Molecule extends BeadFields {
  readonly type: "molecule";
  readonly source: string;
  readonly formula: string;
  /** Their beads, in the formula's order. */
  readonly steps: readonly string[];
}

/** A call for people: `open` until someone acknowledges or closes it. */
export interface Escalation extends BeadFields {
  readonly type: "escalation";
  readonly severity: Priority;
  readonly acknowledgedAt: number | null;
  readonly reEscalations: number;
  /** The mayor has mail about it as it is now: a raise makes it news again. */
  readonly told: boolean;
}
/** A message in a mailbox: `open` until it is handed out. */
export interface Message extends BeadFields {
  readonly type: "message";
  /** Its reader was nudged to fetch it. */
  readonly announced: boolean;
}
/** The bead of an agent: an agent's id is its bead's id. */
export interface AgentBead extends BeadFields {
  readonly type: "agent";
}

export type Work = Issue | MergeRequest;
export type Bead = Work | Convoy | Molecule | Escalation | Message | AgentBead;

/** It has ended: no rule and no agent changes it any more. */
export function isEnded(bead: { readonly status: BeadStatus }): boolean {
  return bead.status === "closed" || bead.status === "failed";
}

/** Agents are sent to work on it. */
export function isWork(bead: Bead): bead is Work {
  return bead.type === "issue" || bead.type === "merge_request";
}
