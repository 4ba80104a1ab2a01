import type { Bead, MergeRequest, Request } from "../domain/bead.ts";
import { toDate, toMs } from "./moments.ts";
import type { beads } from "./schema/beads.ts";
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
    case "issue": {
      const { held, blocked, reworkRounds, branch, feedback, lastAgent } = row;
      return {
        ...common,
        ...workOf(row),
        type: row.type,
        held,
        blocked,
        reworkRounds,
        branch,
        feedback,
        lastAgent,
        dependsOn,
      };
    }
    case "merge_request": {
      if (request === null) throw new Error(`merge request ${row.bead} has no row of its own`);
      return { ...common, ...workOf(row), type: row.type, request: requestOf(request) };
    }
    case "escalation":
      return { ...common, type: row.type, severity: row.severity ?? "medium" };
    case "message":
    case "agent":
      return { ...common, type: row.type };
  }
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

function workOf({ attempts, lastDispatchAt, checkpoint }: BeadRow) {
  return { attempts, lastDispatchAt: toMs(lastDispatchAt), checkpoint };
}

function requestOf(row: RequestRow): Request {
  const { town: _town, bead: _bead, pullState: _pullState, ...request } = row;
  return {
    ...request,
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
      const { held, blocked, attempts, reworkRounds, branch, feedback, checkpoint, lastAgent } = bead;
      const lastDispatchAt = toDate(bead.lastDispatchAt);
      return { held, blocked, attempts, reworkRounds, branch, feedback, checkpoint, lastAgent, lastDispatchAt };
    }
    case "merge_request":
      return { attempts: bead.attempts, checkpoint: bead.checkpoint, lastDispatchAt: toDate(bead.lastDispatchAt) };
    case "escalation":
      return { severity: bead.severity };
    case "message":
    case "agent":
      return {};
  }
}

/** A merge request as the table of merge requests has it. */
export function requestRow(town: string, { bead, request }: MergeRequest): typeof mergeRequests.$inferInsert {
  return {
    ...request,
    town,
    bead,
    pullState: request.pull?.state ?? null,
    openAskedAt: toDate(request.openAskedAt),
    mergeAskedAt: toDate(request.mergeAskedAt),
    closeAskedAt: toDate(request.closeAskedAt),
  };
}
