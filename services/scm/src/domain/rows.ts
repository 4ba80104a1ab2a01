import type { PrState } from "@gastown/contracts";
import type { CheckResult, DeriveContext, MergePolicy, Objection, Snapshot } from "./snapshot.ts";

/** All a row may look at. */
export interface RowInput {
  readonly snapshot: Snapshot;
  readonly policy: MergePolicy;
  readonly context: DeriveContext;
}

/** One row of scm §2.1: its state, and why it holds (nothing when it does not). */
export interface Row {
  readonly state: Exclude<PrState, "ready">;
  readonly messages: (input: RowInput) => string[];
}

/** Rows 3–14 of scm §2.1, in their order. Rows 1 and 2 are terminal, row 15 is what remains; both are in `derive`. */
export const rows: readonly Row[] = [
  { state: "stale_read", messages: staleRead },
  {
    state: "queued",
    messages: ({ snapshot }) =>
      when(snapshot.queue.in, `in the merge queue: ${snapshot.queue.state ?? "no state told"}`),
  },
  { state: "conflicts", messages: conflicts },
  {
    state: "draft",
    messages: ({ snapshot }) =>
      when(snapshot.draft || snapshot.gate === "draft", "it is a draft; mark it ready when it may be merged"),
  },
  { state: "changes_requested", messages: changesRequested },
  { state: "checks_failing", messages: checksFailing },
  { state: "unresolved_threads", messages: unresolvedThreads },
  { state: "checks_pending", messages: checksPending },
  {
    state: "behind",
    messages: ({ snapshot }) =>
      when(snapshot.gate === "behind", `the branch is behind ${snapshot.baseRef} and must be up to date`),
  },
  { state: "awaiting_approval", messages: awaitingApproval },
  { state: "unknown", messages: unknown },
  { state: "blocked", messages: blocked },
];

/** Row 15: everything is a value that is known to be good (scm §0.2: merging is a whitelist). */
export function whitelisted({ snapshot: s, policy }: RowInput): boolean {
  return [
    s.state === "open",
    !s.draft,
    s.conflict === "no",
    s.gate === "clean" || (s.gate === "unstable" && policy.allowUnstable),
    s.review === "approved" || s.review === "none",
    !lacksApproval(s, policy),
    !s.queue.in,
  ].every(Boolean);
}

/**
 * The policy wants an approval, and there is none. Where the forge asks for none it says none, whatever approvals there are
 * (scm §1.3): then those on this head are counted.
 */
function lacksApproval(s: Snapshot, { requireApproval, approvals = 1 }: MergePolicy): boolean {
  if (!requireApproval || (s.review === "approved" && approvals <= 1)) return false;
  return (s.review !== "approved" && s.review !== "none") || s.approvals.given < approvals;
}

function when(holds: boolean, message: string): string[] {
  return holds ? [message] : [];
}

function short(commit: string): string {
  return commit.slice(0, 10);
}

function named(verb: string, checks: readonly CheckResult[]): string[] {
  return checks.map((check) => `check "${check.name}" ${verb}${check.detail === "" ? "" : `:\n${check.detail}`}`);
}

function staleRead({ snapshot: s, context }: RowInput): string[] {
  const { knownHead } = context;
  return [
    ...when(
      knownHead !== null && s.head !== knownHead,
      `read ${short(s.head)}, but ${short(knownHead ?? "")} is known to be the head`,
    ),
    ...when(
      s.checks.forHead !== null && s.checks.forHead !== s.head,
      `the checks read belong to ${short(s.checks.forHead ?? "")}, not to the head`,
    ),
  ];
}

function conflicts({ snapshot: s }: RowInput): string[] {
  const files = s.conflictFiles.length > 0 ? ` in ${s.conflictFiles.join(", ")}` : "";
  return when(
    s.conflict === "yes" || s.gate === "dirty",
    `conflicts with ${s.baseRef}${files}; merge ${s.baseRef} into the branch, resolve and push`,
  );
}

function objectionText(objection: Objection): string {
  const text = objection.body === "" ? "" : `:\n${objection.body}`;
  return `${objection.reviewer} asks for changes${text}`;
}

function changesRequested({ snapshot: s }: RowInput): string[] {
  const current = s.objections.filter((objection) => !objection.outdated);
  if (current.length > 0) return current.map(objectionText);
  // The forge keeps saying so until the reviewer has looked again: that is a person's turn, not the author's (row 12).
  return when(s.review === "changes_requested" && s.objections.length === 0, "a reviewer asks for changes");
}

function checksFailing({ snapshot: s, policy }: RowInput): string[] {
  const { checks } = s;
  const unread = !checks.complete && checks.rollup === "failure" && checks.required.failing.length === 0;
  return [
    ...named("failed", checks.required.failing),
    ...when(unread, "a check failed; not all checks could be read"),
    ...(policy.allowUnstable ? [] : named("failed (it is not required)", checks.optional.failing)),
  ];
}

function unresolvedThreads({ snapshot: s, policy }: RowInput): string[] {
  const { unresolved, required } = s.threads;
  return when(
    unresolved > 0 && (required || policy.resolveAllThreads),
    `${unresolved} review threads are not resolved; answer and resolve them`,
  );
}

function checksPending({ snapshot: s, policy, context }: RowInput): string[] {
  const { checks } = s;
  const tooYoung = checks.total === 0 && policy.expectChecks && context.headAgeMs < policy.settleMs;
  const unread = !checks.complete && (checks.rollup === "pending" || checks.rollup === "other");
  const waitOptional = policy.waitOptional || !policy.allowUnstable;
  return [
    ...named("has not ended", checks.required.pending),
    ...checks.required.missing.map((name) => `required check "${name}" was not reported yet`),
    ...when(tooYoung, "no check has reported yet, and the head is young"),
    ...when(unread, "checks run; not all of them could be read"),
    ...(waitOptional ? named("has not ended (it is not required)", checks.optional.pending) : []),
  ];
}

function awaitingApproval({ snapshot: s, policy }: RowInput): string[] {
  const outdated = s.objections.filter((objection) => objection.outdated);
  const wanted = s.review === "required" || lacksApproval(s, policy);
  const codeOwner = s.codeOwnerPending && s.gate === "blocked";
  return [
    ...outdated.map(
      (objection) => `${objection.reviewer} asked for changes on an earlier commit and has not looked again`,
    ),
    ...when(wanted && outdated.length === 0, approvalsWanted(s, policy)),
    ...when(codeOwner && !wanted, "a code owner's review is requested"),
  ];
}

function approvalsWanted(s: Snapshot, policy: MergePolicy): string {
  const { given } = s.approvals;
  const required = Math.max(s.approvals.required ?? 0, policy.requireApproval ? (policy.approvals ?? 1) : 0);
  if (given < required) return `${given} of ${required} required approvals given on this head; a person must approve`;
  if (given > 0) return "an approval is given, but another person must approve the last push";
  return "a person must approve";
}

function unknown({ snapshot: s, policy }: RowInput): string[] {
  return [
    ...when(
      s.conflict === "unknown" || s.gate === "unknown",
      "the forge has not worked out yet whether it can be merged",
    ),
    ...when(
      !s.threads.complete && (s.threads.required || policy.resolveAllThreads),
      "not all review threads could be read",
    ),
  ];
}

const gates: ReadonlySet<string> = new Set(["clean", "unstable", "behind", "blocked", "dirty", "draft", "unknown"]);
const reviews: ReadonlySet<string> = new Set(["approved", "changes_requested", "required", "none"]);
const conflictWords: ReadonlySet<string> = new Set(["yes", "no", "unknown"]);
const rollups: ReadonlySet<string> = new Set(["success", "failure", "pending", "none"]);

function unknownWords(s: Snapshot): string[] {
  return [
    ...when(s.state !== "open", `the forge calls its state "${s.state}"`),
    ...when(!gates.has(s.gate), `the forge says "${s.gateRaw}"`),
    ...when(!reviews.has(s.review), `the forge says "${s.review}" of its reviews`),
    ...when(!conflictWords.has(s.conflict), `the forge says "${s.conflict}" of conflicts`),
    ...when(!rollups.has(s.checks.rollup), `the forge says "${s.checks.rollup}" of its checks`),
  ];
}

/** `BLOCKED` with a named cause is that cause; the row adds `blocked` only when nothing above explains it (scm §0.3). */
function blocked(input: RowInput): string[] {
  const { snapshot: s, policy, context } = input;
  const explained = rows.some((row) => row.state !== "blocked" && row.messages(input).length > 0);
  return [
    ...unknownWords(s),
    ...when(
      context.refusal !== null,
      `the forge refused to merge this: ${context.refusal ?? ""}; it is tried again when something changes`,
    ),
    ...when(!s.permissions.contents, "we may not write to the repository; grant contents: write"),
    ...when(
      s.touchesWorkflows && !s.permissions.workflows,
      "it changes workflow files, and we may not; merge it by hand or grant workflows: write",
    ),
    ...when(
      !s.queue.required && !s.methods.includes(policy.method),
      `the repository does not allow the merge method "${policy.method}"`,
    ),
    ...when(s.stack !== null && s.stack.position > 1, "it waits for the pull requests below it in its stack"),
    ...when(s.gate === "blocked" && !explained, `the forge says "${s.gateRaw}" and names no reason`),
  ];
}
