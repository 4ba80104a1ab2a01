import { formatBeadId, townBeadPrefix, type Priority } from "@gastown/contracts";
import type { AgentBead, Convoy, Escalation, Issue, MergeRequest, Message, Molecule, Request } from "./bead.ts";
import { convoyBranch } from "./convoy-branch.ts";
import { noSpent } from "./spent.ts";
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

const unworked = {
  attempts: 0,
  setbacks: 0,
  spent: noSpent,
  budgetTold: false,
  lastDispatchAt: null,
  checkpoint: null,
} as const;

/** What an issue is unless its maker says otherwise. */
const plainIssue = {
  kind: "task",
  convoy: null,
  molecule: null,
  step: null,
  triage: null,
  fixup: null,
  held: false,
  dependsOn: [],
  blocked: false,
  branch: null,
  feedback: null,
} as const satisfies Partial<Issue>;

/** An open work item with the town's next number. */
export function newIssue(state: TownState, making: Making & Partial<Pick<Issue, keyof typeof plainIssue>>): Issue {
  const { kind, convoy, molecule, step, triage, fixup } = { ...plainIssue, ...making };
  const { held, dependsOn, blocked, branch, feedback } = { ...plainIssue, ...making };
  return {
    ...fields(state, making),
    ...unworked,
    type: "issue",
    kind,
    convoy,
    molecule,
    step,
    triage,
    fixup,
    held,
    dependsOn,
    blocked,
    reworkRounds: 0,
    branch,
    feedback,
    lastAgent: null,
  };
}

/** The open merge request of a work item, of which the forge knows nothing yet. */
export function newMergeRequest(
  state: TownState,
  making: {
    readonly source: Issue | Convoy;
    /** Where it is, when the source is not in a rig. */
    readonly rig?: string;
    readonly branch: string;
    readonly target: string;
    readonly actor: string;
    readonly now: number;
  },
): MergeRequest {
  const { source, branch, target, actor, now } = making;
  const about = {
    rig: making.rig ?? source.rig,
    title: source.type === "convoy" ? `Land: ${source.title}` : `Review: ${source.title}`,
    body: "",
    priority: source.priority,
    parent: source.bead,
  };
  return {
    ...fields(state, { ...about, labels: ["gt:merge-request"], trace: source.trace, actor, now }),
    ...unworked,
    type: "merge_request",
    request: { ...newRequest, source: source.bead, branch, target },
  };
}

/** The open bead of a pull request nobody here wrote (kilo-town §1.6 babysit); its branches are as the forge will tell. */
export function newAdoption(
  state: TownState,
  making: Omit<Making, "title" | "body"> & { readonly number: number; readonly target: string },
): MergeRequest {
  const { number, target } = making;
  const labels = ["gt:merge-request", "gt:babysit"];
  return {
    ...fields(state, { ...making, title: `Adopted: pull request #${number}`, body: "", labels }),
    ...unworked,
    type: "merge_request",
    request: { ...newRequest, source: null, adopts: number, branch: target, target },
  };
}

/** A request nothing is known of yet. */
const newRequest: Omit<Request, "source" | "branch" | "target"> = {
  adopts: null,
  awaitingSince: null,
  fixups: 0,
  stuck: null,
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
};

/** An open call for people. */
export function newEscalation(state: TownState, making: Making & { readonly severity: Priority }): Escalation {
  const { severity } = making;
  return {
    ...fields(state, { ...making, ...severityMarks(severity) }),
    type: "escalation",
    severity,
    acknowledgedAt: null,
    reEscalations: 0,
    told: false,
  };
}

/** High and critical escalations are beads of that priority, and their label says which they are (kilo-town §1.8). */
export function severityMarks(severity: Priority): Required<Pick<Making, "priority" | "labels">> {
  const priority = severity === "high" || severity === "critical" ? severity : "medium";
  return { priority, labels: ["gt:escalation", `severity:${severity}`] };
}

/** An undelivered message. */
export function newMessage(state: TownState, making: Making & { readonly to: string }): Message {
  return {
    ...fields(state, { ...making, labels: ["gt:message"] }),
    type: "message",
    assignee: making.to,
    announced: false,
  };
}

/** The bead of an agent: it gives the agent its id. */
export function newAgentBead(state: TownState, making: Making): AgentBead {
  return { ...fields(state, making), type: "agent" };
}

/** An open convoy without beads; a feature branch is named after it (kilo-town §1.7) unless its beads are merged one by one. */
export function newConvoy(
  state: TownState,
  making: Omit<Making, "rig"> & Pick<Convoy, "mergeMode" | "staged">,
): Convoy {
  const { mergeMode, staged } = making;
  const own = fields(state, { ...making, rig: null, labels: ["gt:convoy"] });
  const branch = mergeMode === "review-then-land" ? convoyBranch(making.title, own.bead) : null;
  const none = { members: [], landings: [], progress: { closed: 0, failed: 0 }, landedAt: null };
  return { ...own, ...none, type: "convoy", mergeMode, staged, branch, budgetTold: false };
}

/** An open molecule below its work item. */
export function newMolecule(
  state: TownState,
  making: Making & Pick<Molecule, "source" | "formula" | "steps">,
): Molecule {
  const { source, formula, steps } = making;
  return { ...fields(state, { ...making, labels: ["gt:molecule"] }), type: "molecule", source, formula, steps };
}
