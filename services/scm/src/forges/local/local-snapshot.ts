import { createHash } from "node:crypto";
import type { Checks, CheckResult, Snapshot } from "../../domain/snapshot.ts";
import type { PullRef } from "../forge.ts";
import type { LocalCheck, LocalPull } from "./ledger.ts";
import { opinionsOn } from "./opinions.ts";
import type { BranchReading } from "./read-branches.ts";

export const localMethod = "merge";

/** The end of a log that goes to the author; the whole tail is with the check. */
const detailLength = 6_000;

interface LocalRead {
  readonly ref: PullRef;
  readonly url: string;
  readonly pull: LocalPull;
  readonly branches: BranchReading;
  readonly readAt: Date;
}

/** The snapshot of a pull request of the local forge: tables and branches, in the words every forge shares. */
export function localSnapshot({ ref, url, pull, branches, readAt }: LocalRead): Snapshot {
  const mergeSha = mergeOf(pull, branches);
  const head = branches.merged?.head ?? branches.head ?? pull.headCommit;
  const seen: Omit<Snapshot, "readAt" | "rawHash"> = {
    provider: "local",
    repo: `${ref.town}/${ref.rig}`,
    number: ref.number,
    url,
    title: pull.title,
    body: pull.body,
    state: mergeSha !== null ? "merged" : pull.status === "closed" ? "closed" : "open",
    draft: pull.draft,
    head,
    headRef: pull.head,
    base: branches.base ?? "",
    baseRef: pull.base,
    isFork: false,
    conflict: branches.conflict,
    conflictFiles: branches.conflictFiles,
    ...gateOf(pull, branches),
    ...opinionsOn(head, pull.reviews, pull.requiredApprovals),
    codeOwnerPending: false,
    checks: checksOn(head, pull),
    threads: { unresolved: 0, required: false, complete: true },
    queue: { required: false, in: false, state: null, position: null },
    autoMerge: false,
    methods: [localMethod],
    stack: null,
    mergeSha,
    permissions: { contents: true, workflows: true },
    touchesWorkflows: false,
    updatedAt: null,
  };
  const rawHash = createHash("sha256").update(JSON.stringify(seen)).digest("hex");
  return { ...seen, readAt: readAt.toISOString(), rawHash };
}

/** A head that could be merged and now is in the base without a merge commit was fast-forwarded by hand. */
function mergeOf(pull: LocalPull, branches: BranchReading): string | null {
  if (pull.status === "merged") return pull.mergeCommit ?? branches.merged?.sha ?? pull.headCommit;
  if (branches.merged !== null) return branches.merged.sha;
  const forwarded = branches.contained && branches.head !== null && branches.head === pull.mergeableHead;
  return forwarded ? branches.head : null;
}

function gateOf(pull: LocalPull, branches: BranchReading): Pick<Snapshot, "gate" | "gateRaw"> {
  if (branches.base === null) return { gate: "other", gateRaw: `branch ${pull.base} is gone; close the pull request` };
  if (branches.head === null) return { gate: "other", gateRaw: `branch ${pull.head} is gone; push it again` };
  if (branches.contained)
    return { gate: "other", gateRaw: `there is nothing to merge: ${pull.base} has all of ${pull.head}` };
  if (branches.conflict === "yes") return { gate: "dirty", gateRaw: "dirty" };
  if (branches.conflict === "unknown") return { gate: "unknown", gateRaw: "unknown" };
  return pull.draft ? { gate: "draft", gateRaw: "draft" } : { gate: "clean", gateRaw: "clean" };
}

function checksOn(head: string, pull: LocalPull): Checks {
  const required = pull.checks.filter((check) => check.commit === head && pull.requiredChecks.includes(check.name));
  const failing = required.filter((check) => ["failure", "timed_out", "error"].includes(check.state)).map(toResult);
  const pending = required.filter((check) => check.state === "queued" || check.state === "running");
  const missing = pull.requiredChecks.filter((name) => required.every((check) => check.name !== name));
  const waits = pending.length + missing.length > 0;
  return {
    total: required.length,
    required: { failing, pending: pending.map((check) => ({ name: check.name, detail: "" })), missing },
    optional: { failing: [], pending: [] },
    complete: true,
    rollup: failing.length > 0 ? "failure" : waits ? "pending" : required.length > 0 ? "success" : "none",
    forHead: required.length > 0 ? head : null,
  };
}

function toResult({ name, state, log }: LocalCheck): CheckResult {
  const words = { timed_out: "It took too long and was ended.\n", error: "It could not be run.\n" };
  const before = state === "timed_out" || state === "error" ? words[state] : "";
  return { name, detail: `${before}${log.slice(-detailLength)}` };
}
