import type { CallContext, Forge, PullRef } from "../forge.ts";
import { setAutoMerge } from "./auto-merge.ts";
import { deleteBranch } from "./branches.ts";
import { readCommits } from "./compare-commits.ts";
import { listFailedChecks } from "./failed-checks.ts";
import { mergePull } from "./merge-pull.ts";
import { readPullState, type PullPlace } from "./pull-state.ts";
import { addReview, closePull, editPull, requestReview, setDraft } from "./pull-words.ts";
import { queuePull } from "./queue-pull.ts";
import { listThreads, replyThread, resolveThread } from "./review-threads.ts";
import { updateBranch } from "./update-branch.ts";

type PullOperation =
  | "isContained"
  | "setDraft"
  | "closePr"
  | "editPr"
  | "addReview"
  | "requestReview"
  | "merge"
  | "enqueue"
  | "updateBranch"
  | "setAutoMerge"
  | "nudgeMergeability"
  | "listThreads"
  | "replyThread"
  | "resolveThread"
  | "listFailedChecks"
  | "deleteBranch";

/** What can be done with one pull request, once `at` has found it. */
export function pullOperations(
  at: (pull: PullRef, context: CallContext) => Promise<PullPlace>,
): Pick<Forge, PullOperation> {
  return {
    isContained: async (pull, commit, context) => isContained(await at(pull, context), commit),
    setDraft: async (pull, draft, context) => setDraft(await at(pull, context), draft),
    closePr: async (pull, reason, context) => closePull(await at(pull, context), reason),
    editPr: async (pull, words, context) => editPull(await at(pull, context), words),
    addReview: async (pull, review, context) => addReview(await at(pull, context), review),
    requestReview: async (pull, reviewers, context) => requestReview(await at(pull, context), reviewers),
    merge: async (request, context) => mergePull(await at(request.pull, context), request),
    enqueue: async ({ pull, expectedHead }, context) => queuePull(await at(pull, context), expectedHead),
    updateBranch: async (pull, expectedHead, context) => updateBranch(await at(pull, context), expectedHead),
    setAutoMerge: async (request, context) => setAutoMerge(await at(request.pull, context), request),
    nudgeMergeability: async (pull, context) => nudge(await at(pull, context)),
    listThreads: async (pull, context) => listThreads(await at(pull, context)),
    replyThread: async (...[pull, thread, body, context]) => replyThread(await at(pull, context), thread, body),
    resolveThread: async (pull, thread, context) => resolveThread(await at(pull, context), thread),
    listFailedChecks: async (pull, context) => listFailedChecks(await at(pull, context)),
    deleteBranch: async (pull, expectedHead, context) => deleteBranch(await at(pull, context), expectedHead),
  };
}

async function isContained(at: PullPlace, commit: string): Promise<boolean> {
  const { baseRefName: base } = await readPullState(at);
  return (await readCommits({ ...at, base, head: commit }))?.ahead === 0;
}

/** Asking by REST starts the computation where asking by GraphQL did not (scm §1.8). */
async function nudge({ client, place, number, context }: PullPlace): Promise<void> {
  await client.rest({
    operation: "nudge mergeability",
    route: "GET /repos/{owner}/{repo}/pulls/{pull_number}",
    parameters: { owner: place.owner, repo: place.name, pull_number: number },
    access: place.access,
    context,
  });
}
