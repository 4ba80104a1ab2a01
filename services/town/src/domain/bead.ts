import type { BeadStatus, MergeRequest as MergeRequestView, Priority, PrState } from "@gastown/contracts";
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

/** What every bead has that agents are sent to work on. */
interface WorkFields extends BeadFields {
  /** Dispatches since the last progress: reset when work is handed in (W8). */
  readonly attempts: number;
  /** Null once a hold or cool-down was lifted by hand, and after progress. */
  readonly lastDispatchAt: number | null;
  /** The note left by whoever worked on it last. */
  readonly checkpoint: Readonly<Record<string, unknown>> | null;
}

/** A work item. */
export interface Issue extends WorkFields {
  readonly type: "issue";
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
  readonly source: string;
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

/** A call for people: `open` until someone closes it. */
export interface Escalation extends BeadFields {
  readonly type: "escalation";
  readonly severity: Priority;
}
/** A message in a mailbox: `open` until it is handed out. */
export interface Message extends BeadFields {
  readonly type: "message";
}
/** The bead of an agent: an agent's id is its bead's id. */
export interface AgentBead extends BeadFields {
  readonly type: "agent";
}

export type Work = Issue | MergeRequest;
export type Bead = Work | Escalation | Message | AgentBead;

/** It has ended: no rule and no agent changes it any more. */
export function isEnded(bead: { readonly status: BeadStatus }): boolean {
  return bead.status === "closed" || bead.status === "failed";
}

/** Agents are sent to work on it. */
export function isWork(bead: Bead): bead is Work {
  return bead.type === "issue" || bead.type === "merge_request";
}
