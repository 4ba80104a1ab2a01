/** Builders for tests of what agents work on; the others are in `builders`, which has these too. */
import type { Issue, MergeRequest, Pull, Request } from "./bead.ts";
import { noSpent } from "./spent.ts";

/** The moment tests happen at. */
export const now = 1_800_000_000_000;
export const head = (digit: string): string => digit.repeat(40);

export const trace = { correlation: "corr-1", traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` };

export function beadFields(bead: string) {
  return {
    bead,
    number: Number.parseInt(bead.split("-")[1] ?? "0", 36),
    status: "open",
    title: `Title of ${bead}`,
    body: `Body of ${bead}`,
    rig: "web",
    parent: null,
    assignee: null,
    priority: "medium",
    labels: [],
    failure: null,
    trace,
    createdBy: "user:ann",
    createdAt: now - 600_000,
    updatedAt: now - 600_000,
    closedAt: null,
    version: 1,
  } as const;
}

const unworked = { attempts: 0, setbacks: 0, spent: noSpent, budgetTold: false } as const;

export function anIssue(bead: string, fields: Partial<Issue> = {}): Issue {
  return {
    ...beadFields(bead),
    type: "issue",
    kind: "task",
    convoy: null,
    molecule: null,
    step: null,
    triage: null,
    fixup: null,
    held: false,
    dependsOn: [],
    blocked: false,
    ...unworked,
    lastDispatchAt: null,
    reworkRounds: 0,
    branch: null,
    feedback: null,
    checkpoint: null,
    lastAgent: null,
    ...fields,
  };
}

export function aPull(fields: Partial<Pull> = {}): Pull {
  return {
    number: 3,
    url: "http://forge/web/pulls/3",
    head: head("1"),
    state: "checks_pending",
    causes: [],
    since: "2027-01-15T07:55:00.000Z",
    mergeCommit: null,
    revision: 1,
    ...fields,
  };
}

/** A merge request whose pull request was told by the forge. */
export function aRequest(
  bead: string,
  source: string,
  fields: Partial<MergeRequest> & { re?: Partial<Request> } = {},
): MergeRequest {
  const { re = {}, ...own } = fields;
  return {
    ...beadFields(bead),
    type: "merge_request",
    parent: source,
    ...unworked,
    lastDispatchAt: null,
    checkpoint: null,
    request: {
      source,
      adopts: null,
      awaitingSince: null,
      fixups: 0,
      stuck: null,
      branch: `gt/anvil/${source}`,
      target: "main",
      head: head("1"),
      summary: "what was done",
      pull: aPull(),
      awaitsReport: false,
      review: "none",
      reviewHead: null,
      reviewSummary: null,
      reviewer: null,
      reviewTold: false,
      parked: false,
      reworkedHead: null,
      openAskedAt: now - 60_000,
      mergeAskedAt: null,
      mergeAskedHead: null,
      closeAskedAt: null,
      ...re,
    },
    ...own,
  };
}

/** The merge request of pull request #9, which somebody outside of the town opened. */
export function anAdoption(bead: string, fields: Parameters<typeof aRequest>[2] = {}): MergeRequest {
  const { re, ...own } = fields;
  const adopted = { source: null, adopts: 9, branch: "their/work", pull: aPull({ number: 9 }), ...re };
  return aRequest(bead, "", { parent: null, ...own, re: adopted });
}

/** The merge request that lands a convoy in rig `web`. */
export function aLanding(bead: string, convoy: string, fields: Parameters<typeof aRequest>[2] = {}): MergeRequest {
  const { re, ...own } = fields;
  return aRequest(bead, convoy, { ...own, re: { branch: `convoy/title/${convoy}/head`, ...re } });
}

/** An open repair of a merge request's conflicts, on its branch. */
export function aFixup(bead: string, { bead: request, request: { branch } }: MergeRequest): Issue {
  return anIssue(bead, { kind: "fixup", parent: request, fixup: { request, why: "conflict" }, branch });
}
