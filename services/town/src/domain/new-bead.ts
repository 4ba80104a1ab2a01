import { formatBeadId, townBeadPrefix, type Priority } from "@gastown/contracts";
import type { AgentBead, Escalation, Issue, MergeRequest, Message } from "./bead.ts";
import type { TownState } from "./state.ts";
import type { Trace } from "./trace.ts";

interface Making {
  readonly rig: string | null;
  readonly title: string;
  readonly body: string;
  readonly priority?: Priority;
  readonly labels?: readonly string[];
  readonly parent?: string | null;
  readonly trace: Trace;
  readonly actor: string;
  readonly now: number;
}

/** A title as long as contracts allow. */
export function shortTitle(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 199)}…`;
}

function fields(state: TownState, making: Making) {
  const prefix = making.rig === null ? townBeadPrefix : (state.rigs.get(making.rig)?.prefix ?? townBeadPrefix);
  return {
    bead: formatBeadId(prefix, state.town.nextNumber),
    number: state.town.nextNumber,
    status: "open",
    title: shortTitle(making.title),
    body: making.body,
    rig: making.rig,
    parent: making.parent ?? null,
    assignee: null,
    priority: making.priority ?? "medium",
    labels: making.labels ?? [],
    failure: null,
    trace: making.trace,
    createdBy: making.actor,
    createdAt: making.now,
    updatedAt: making.now,
    closedAt: null,
    version: 0,
  } as const;
}

const unworked = { attempts: 0, lastDispatchAt: null, checkpoint: null } as const;

/** An open work item with the town's next number. */
export function newIssue(
  state: TownState,
  making: Making & { readonly held: boolean; readonly dependsOn: readonly string[]; readonly blocked: boolean },
): Issue {
  return {
    ...fields(state, making),
    ...unworked,
    type: "issue",
    held: making.held,
    dependsOn: making.dependsOn,
    blocked: making.blocked,
    reworkRounds: 0,
    branch: null,
    feedback: null,
    lastAgent: null,
  };
}

/** The open merge request of a work item, of which the forge knows nothing yet. */
export function newMergeRequest(
  state: TownState,
  making: {
    readonly source: Issue;
    readonly branch: string;
    readonly target: string;
    readonly actor: string;
    readonly now: number;
  },
): MergeRequest {
  const { source, branch, target, actor, now } = making;
  const about = {
    rig: source.rig,
    title: `Review: ${source.title}`,
    body: "",
    priority: source.priority,
    parent: source.bead,
  };
  return {
    ...fields(state, { ...about, labels: ["gt:merge-request"], trace: source.trace, actor, now }),
    ...unworked,
    type: "merge_request",
    request: {
      source: source.bead,
      branch,
      target,
      head: null,
      summary: "",
      pull: null,
      awaitsReport: true,
      review: "none",
      reviewHead: null,
      reviewSummary: null,
      reviewer: null,
      reviewTold: false,
      parked: false,
      reworkedHead: null,
      openAskedAt: null,
      mergeAskedAt: null,
      mergeAskedHead: null,
      closeAskedAt: null,
    },
  };
}

/** An open call for people; high and critical ones are beads of that priority (kilo-town §1.8). */
export function newEscalation(state: TownState, making: Making & { readonly severity: Priority }): Escalation {
  const { severity } = making;
  const priority = severity === "high" || severity === "critical" ? severity : "medium";
  const labels = ["gt:escalation", `severity:${severity}`];
  return { ...fields(state, { ...making, priority, labels }), type: "escalation", severity };
}

/** An undelivered message. */
export function newMessage(state: TownState, making: Making & { readonly to: string }): Message {
  return { ...fields(state, { ...making, labels: ["gt:message"] }), type: "message", assignee: making.to };
}

/** The bead of an agent: it gives the agent its id. */
export function newAgentBead(state: TownState, making: Making): AgentBead {
  return { ...fields(state, making), type: "agent" };
}
