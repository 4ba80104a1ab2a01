import { ScmError, type CallContext, type Forge, type PullRef, type Reading, type RepoRef } from "../forge.ts";
import { createBranch, deleteBranch, isContained, rebaseRequest } from "./branches.ts";
import { enterTrain, setAutoMerge } from "./delegate-request.ts";
import { listFailedChecks } from "./failed-checks.ts";
import { createGitlabClient } from "./gitlab-client.ts";
import type { GitlabOptions } from "./gitlab-options.ts";
import { userShape } from "./gitlab-shapes.ts";
import { gitlabUrls } from "./gitlab-urls.ts";
import { mapRequest } from "./map-request.ts";
import { mergeRequest } from "./merge-request.ts";
import { openRequest } from "./open-request.ts";
import { placeOf, pullPlaceOf, type Place, type PullPlace } from "./place.ts";
import { readProject, readRequest } from "./read-request.ts";
import { registerProject } from "./register-project.ts";
import { createRepoTokens } from "./repo-tokens.ts";
import { addReview, closeRequest, editRequest, reportStatus, requestReview, setDraft } from "./request-words.ts";
import { listThreads, replyThread, resolveThread } from "./review-threads.ts";

const capabilities: ReturnType<Forge["capabilities"]> = {
  draft: true,
  mergeQueue: true,
  threads: true,
  atomicHeadCheck: true,
  runsChecks: false,
  // scm §2.3 step 8: what is still open half a minute later was not merged.
  readBackMs: 30_000,
  updateBranch: true,
  autoMerge: true,
  reportStatus: true,
  cheapReads: false,
  takesApprovals: false,
  // scm §2.3 step 9: Tide's value.
  pauseAfterMergeMs: 5_000,
};

/** How many merge requests are read at once in a batch; each takes a handful of requests. */
const readsAtOnce = 4;

/** GitLab (gitlab.com, or a server of one's own) as a forge, with one token for all projects. Nothing is kept but in memory. */
export function createGitlabForge(options: GitlabOptions): Forge {
  const client = createGitlabClient(options);
  const tokens = createRepoTokens(options);
  const clock = options.clock ?? Date.now;
  let known: Promise<number> | null = null;
  const self = (signal: AbortSignal): Promise<number> => {
    known ??= client.read({ operation: "get user", path: ["user"], signal }, userShape).then((user) => user.id);
    known.catch(() => (known = null));
    return known;
  };
  const finding = { client, remoteOf: options.remoteOf, self };
  const placed = (repo: RepoRef, context: CallContext) => placeOf(finding, repo, context);
  const at = (pull: PullRef, context: CallContext) => pullPlaceOf(finding, pull, context);
  return {
    provider: "gitlab",
    capabilities: () => capabilities,
    ...gitlabUrls(options.url),
    registerRepo: (_repo, wish, context) => registerProject({ client, site: options.url, context }, wish),
    // The project is its owner's: nothing of it is kept here.
    removeRepo: () => Promise.resolve(),
    createBranch: async (repo, branch, context) => createBranch(await placed(repo, context), branch),
    openPr: async (draft, context) => openRequest(await placed(draft, context), draft),
    getSnapshot: async (pull, context) => {
      const place = await at(pull, context);
      return mapRequest(await readRequest(place, readProject(place)), new Date(clock()));
    },
    getSnapshots: async (repo, numbers, context) =>
      readBatch(await placed(repo, context), numbers, () => new Date(clock())),
    ...pullOperations(at),
    mintRepoToken: async (repo, holder, context) => tokens.mint(await placed(repo, context), holder),
  };
}

/** One after the other, a few at once; the project is read once for all. */
async function readBatch(place: Place, numbers: readonly number[], now: () => Date): Promise<Reading[]> {
  const project = await readProject(place);
  const readings: Reading[] = [];
  for (let from = 0; from < numbers.length; from += readsAtOnce) {
    const some = numbers.slice(from, from + readsAtOnce);
    const read = some.map((number) => readOne({ ...place, number }, Promise.resolve(project), now));
    readings.push(...(await Promise.all(read)));
  }
  return readings;
}

async function readOne(at: PullPlace, project: ReturnType<typeof readProject>, now: () => Date): Promise<Reading> {
  try {
    return { number: at.number, snapshot: mapRequest(await readRequest(at, project), now()) };
  } catch (error) {
    // What is about all of them ends the batch.
    if (error instanceof ScmError && !["rate", "denied"].includes(error.kind)) return { number: at.number, error };
    throw error;
  }
}

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
  | "reportStatus"
  | "deleteBranch";

function pullOperations(at: (pull: PullRef, context: CallContext) => Promise<PullPlace>): Pick<Forge, PullOperation> {
  return {
    isContained: async (pull, commit, context) => isContained(await at(pull, context), commit),
    setDraft: async (pull, draft, context) => setDraft(await at(pull, context), draft),
    closePr: async (pull, reason, context) => closeRequest(await at(pull, context), reason),
    editPr: async (pull, words, context) => editRequest(await at(pull, context), words),
    addReview: async (pull, review, context) => addReview(await at(pull, context), review),
    requestReview: async (pull, reviewers, context) => requestReview(await at(pull, context), reviewers),
    merge: async (request, context) => mergeRequest(await at(request.pull, context), request),
    enqueue: async ({ pull, expectedHead }, context) => enterTrain(await at(pull, context), expectedHead),
    updateBranch: async (pull, expectedHead, context) => rebaseRequest(await at(pull, context), expectedHead),
    setAutoMerge: async (request, context) => setAutoMerge(await at(request.pull, context), request),
    nudgeMergeability: async (pull, context) => nudge(await at(pull, context)),
    listThreads: async (pull, context) => listThreads(await at(pull, context)),
    replyThread: async (...[pull, thread, body, context]) => replyThread(await at(pull, context), thread, body),
    resolveThread: async (pull, thread, context) => resolveThread(await at(pull, context), thread),
    listFailedChecks: async (pull, context) => listFailedChecks(await at(pull, context)),
    reportStatus: async (pull, status, context) => reportStatus(await at(pull, context), status),
    deleteBranch: async (pull, expectedHead, context) => deleteBranch(await at(pull, context), expectedHead),
  };
}

/** Asking in a list with this parameter is how GitLab is asked to look again (docs: `with_merge_status_recheck`). */
async function nudge({ client, project, number, signal }: PullPlace): Promise<void> {
  await client.send({
    operation: "nudge mergeability",
    path: ["projects", project, "merge_requests"],
    query: { "iids[]": number, with_merge_status_recheck: true },
    signal,
  });
}
