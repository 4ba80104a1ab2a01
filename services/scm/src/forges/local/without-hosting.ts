import { ScmError, type Forge } from "../forge.ts";

/** What bare repositories and our tables come to: everything but a place where people meet. */
export const localCapabilities: ReturnType<Forge["capabilities"]> = {
  draft: true,
  mergeQueue: false,
  threads: false,
  atomicHeadCheck: true,
  runsChecks: true,
  // git itself shows at once whether a merge took place.
  readBackMs: 0,
  updateBranch: false,
  autoMerge: false,
  reportStatus: false,
  cheapReads: true,
  takesApprovals: true,
  pauseAfterMergeMs: 0,
};

type Hosting =
  | "enqueue"
  | "updateBranch"
  | "setAutoMerge"
  | "nudgeMergeability"
  | "requestReview"
  | "listThreads"
  | "replyThread"
  | "resolveThread"
  | "reportStatus";

/** What the local forge does not have, refused in words that say what to do instead. */
export const withoutHosting: Pick<Forge, Hosting> = {
  enqueue: () => refuse("it has no merge queue; merge it directly"),
  updateBranch: () => refuse("it updates no branches; merge the base into the branch and push"),
  setAutoMerge: () => refuse("it merges nothing by itself; merge when it is ready"),
  // Every reading works it out.
  nudgeMergeability: () => Promise.resolve(),
  requestReview: () => refuse("it asks nobody for a review; whoever can reach it may give one"),
  listThreads: () => Promise.resolve([]),
  replyThread: () => refuse("it has no review threads; review the pull request"),
  resolveThread: () => refuse("it has no review threads; review the pull request"),
  reportStatus: () => refuse("it shows no statuses; read the pull request"),
};

function refuse(why: string): Promise<never> {
  return Promise.reject(new ScmError("invalid", `the local forge cannot do that: ${why}`));
}
