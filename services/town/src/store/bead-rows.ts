import type { Bead, MergeRequest, Request, Work } from "../domain/bead.ts";
import { toDate, toMs } from "./moments.ts";
import type { beads, Details } from "./schema/beads.ts";
import type { mergeRequests } from "./schema/merge-requests.ts";

type BeadRow = typeof beads.$inferSelect;
type RequestRow = typeof mergeRequests.$inferSelect;

/** All rows of one bead. */
export interface BeadRows {
  readonly bead: BeadRow;
  readonly request: RequestRow | null;
  readonly dependsOn: readonly string[];
}

/** A bead as the domain knows it. */
export function beadOf({ bead: row, request, dependsOn }: BeadRows): Bead {
  const common = commonOf(row);
  switch (row.type) {
    case "issue":
      return { ...common, ...workOf(row), ...issueOf(row), type: row.type, dependsOn };
    case "merge_request": {
      if (request === null) throw new Error(`merge request ${row.bead} has no row of its own`);
      return { ...common, ...workOf(row), type: row.type, request: requestOf(request) };
    }
    case "convoy":
      return { ...common, ...detailsOf(row, "members"), type: row.type, budgetTold: row.budgetTold };
    case "molecule":
      return { ...common, ...detailsOf(row, "steps"), type: row.type };
    case "escalation":
      return { ...common, ...escalationOf(row), type: row.type };
    case "message":
      return { ...common, type: row.type, announced: row.announced };
    case "agent":
      return { ...common, type: row.type };
  }
}

function issueOf(row: BeadRow) {
  const { held, blocked, reworkRounds, branch, feedback, lastAgent, convoy, molecule, step, triage, fixup } = row;
  const kind = row.kind ?? "task";
  return { kind, held, blocked, reworkRounds, branch, feedback, lastAgent, convoy, molecule, step, triage, fixup };
}

function escalationOf({ severity, acknowledgedAt, reEscalations, announced }: BeadRow) {
  return {
    severity: severity ?? "medium",
    acknowledgedAt: toMs(acknowledgedAt),
    reEscalations,
    told: announced,
  } as const;
}

function commonOf(row: BeadRow) {
  const { bead, number, status, title, body, rig, parent, assignee, priority, labels, createdBy, version } = row;
  const { failureCode, failureMessage, correlation, traceparent } = row;
  return {
    bead,
    number,
    status,
    title,
    body,
    rig,
    parent,
    assignee,
    priority,
    labels,
    createdBy,
    version,
    failure: failureCode === null ? null : { code: failureCode, message: failureMessage ?? "" },
    trace: { correlation, traceparent },
    createdAt: toMs(row.createdAt),
    updatedAt: toMs(row.updatedAt),
    closedAt: toMs(row.closedAt),
  };
}

function workOf(row: BeadRow) {
  const { attempts, setbacks, budgetTold, checkpoint, dispatches, agentMs, tokens, microUsd } = row;
  const spent = { dispatches, agentMs, tokens, microUsd };
  return { attempts, setbacks, spent, budgetTold, lastDispatchAt: toMs(row.lastDispatchAt), checkpoint };
}

/** The details of a row that has them, told apart by a field of theirs. */
function detailsOf<F extends "members" | "steps">(row: BeadRow, field: F): Extract<Details, Record<F, unknown>> {
  const { details } = row;
  if (details === null || !(field in details)) throw new Error(`${row.type} ${row.bead} has no details of its own`);
  return details as Extract<Details, Record<F, unknown>>;
}

function requestOf(row: RequestRow): Request {
  const { town: _town, bead: _bead, pullState: _pullState, ...request } = row;
  return {
    ...request,
    awaitingSince: toMs(row.awaitingSince),
    openAskedAt: toMs(row.openAskedAt),
    mergeAskedAt: toMs(row.mergeAskedAt),
    closeAskedAt: toMs(row.closeAskedAt),
  };
}

const nothing = {
  severity: null,
  held: false,
  blocked: false,
  attempts: 0,
  lastDispatchAt: null,
  reworkRounds: 0,
  branch: null,
  feedback: null,
  checkpoint: null,
  lastAgent: null,
  setbacks: 0,
  dispatches: 0,
  agentMs: 0,
  tokens: 0,
  microUsd: 0,
  budgetTold: false,
  kind: null,
  convoy: null,
  molecule: null,
  step: null,
  triage: null,
  fixup: null,
  acknowledgedAt: null,
  reEscalations: 0,
  announced: false,
  details: null,
} as const;

/** A bead as the table of beads has it. */
export function beadRow(town: string, bead: Bead): typeof beads.$inferInsert {
  const { number, type, status, title, body, rig, parent, assignee, priority, createdBy, version } = bead;
  return {
    ...nothing,
    ...ownFields(bead),
    town,
    bead: bead.bead,
    number,
    type,
    status,
    title,
    body,
    rig,
    parent,
    assignee,
    priority,
    createdBy,
    version,
    ...bead.trace,
    labels: [...bead.labels],
    failureCode: bead.failure?.code ?? null,
    failureMessage: bead.failure?.message ?? null,
    createdAt: toDate(bead.createdAt),
    updatedAt: toDate(bead.updatedAt),
    closedAt: toDate(bead.closedAt),
  };
}

function ownFields(bead: Bead): Partial<typeof beads.$inferInsert> {
  switch (bead.type) {
    case "issue": {
      const { held, blocked, reworkRounds, branch, feedback, lastAgent } = bead;
      const { kind, convoy, molecule, step, triage, fixup } = bead;
      const state = { held, blocked, reworkRounds, branch, feedback, lastAgent };
      return { ...workFields(bead), ...state, kind, convoy, molecule, step, triage, fixup };
    }
    case "merge_request":
      return workFields(bead);
    case "convoy": {
      const { mergeMode, staged, branch, members, landings, progress, landedAt, budgetTold } = bead;
      return { budgetTold, details: { mergeMode, staged, branch, members, landings, progress, landedAt } };
    }
    case "molecule": {
      const { source, formula, steps } = bead;
      return { details: { source, formula, steps } };
    }
    case "escalation":
      return {
        severity: bead.severity,
        acknowledgedAt: toDate(bead.acknowledgedAt),
        reEscalations: bead.reEscalations,
        announced: bead.told,
      };
    case "message":
      return { announced: bead.announced };
    case "agent":
      return {};
  }
}

function workFields(work: Work): Partial<typeof beads.$inferInsert> {
  const { attempts, setbacks, spent, budgetTold, checkpoint } = work;
  return { attempts, setbacks, ...spent, budgetTold, checkpoint, lastDispatchAt: toDate(work.lastDispatchAt) };
}

/** A merge request as the table of merge requests has it. */
export function requestRow(town: string, { bead, request }: MergeRequest): typeof mergeRequests.$inferInsert {
  return {
    ...request,
    town,
    bead,
    pullState: request.pull?.state ?? null,
    awaitingSince: toDate(request.awaitingSince),
    openAskedAt: toDate(request.openAskedAt),
    mergeAskedAt: toDate(request.mergeAskedAt),
    closeAskedAt: toDate(request.closeAskedAt),
  };
}
