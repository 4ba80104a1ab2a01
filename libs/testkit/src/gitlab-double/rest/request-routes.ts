import { closeRequest } from "../gitlab-world.ts";
import { mergeRequestBody } from "../hooks/hook-bodies.ts";
import { acceptMerge, startCheck, startRebase } from "../merging.ts";
import { roles, type MergeRequest } from "../types.ts";
import {
  flag,
  needed,
  paged,
  projectAs,
  projectOf,
  requestOf,
  RestRefusal,
  text,
  type RequestCall,
  type RestAnswer,
  type RestCall,
  type Route,
} from "./rest-call.ts";
import { requestShape } from "./rest-shapes.ts";

const one = "/projects/:id/merge_requests/:iid";

/** Merge requests, and merging them. */
export const requestRoutes: readonly Route[] = [
  { method: "GET", template: "/projects/:id/merge_requests", answer: list },
  { method: "POST", template: "/projects/:id/merge_requests", answer: create },
  { method: "GET", template: one, answer: read },
  { method: "PUT", template: one, answer: update },
  { method: "PUT", template: `${one}/merge`, answer: merge },
  { method: "PUT", template: `${one}/rebase`, answer: rebase },
  { method: "POST", template: `${one}/cancel_merge_when_pipeline_succeeds`, answer: cancelAutoMerge },
  { method: "POST", template: "/projects/:id/merge_trains/merge_requests/:iid", answer: enterTrain },
  { method: "GET", template: "/projects/:id/merge_trains/merge_requests/:iid", answer: readTrain },
];

async function list(call: RestCall): Promise<RestAnswer> {
  const { state, query, token } = call;
  const project = projectOf(call);
  const iids = query.getAll("iids[]");
  const found = project.mergeRequests.filter(
    (request) =>
      wanted(text(call, "state"), request.state) &&
      wanted(text(call, "source_branch"), request.sourceBranch) &&
      wanted(text(call, "target_branch"), request.targetBranch) &&
      (iids.length === 0 || iids.includes(String(request.iid))),
  );
  if (flag(call, "with_merge_status_recheck")) for (const request of found) startCheck(state, { project, request });
  const shapes = found.toReversed().map((request) => requestShape(state, { project, request }, { by: token.person }));
  return paged(call, await Promise.all(shapes));
}

function wanted(value: string | undefined, is: string): boolean {
  return value === undefined || value === "all" || value === is;
}

async function create(call: RestCall): Promise<RestAnswer> {
  const { state, token } = call;
  const project = projectAs(call, roles.developer);
  const [title, source, target] = [needed(call, "title"), needed(call, "source_branch"), needed(call, "target_branch")];
  const head = project.git.tip(source);
  // GitLab's own words for branches that are not there.
  if (head === null) throw new RestRefusal(400, ["Source branch does not exist"]);
  if (project.git.tip(target) === null) throw new RestRefusal(400, ["Target branch does not exist"]);
  if (source === target) throw new RestRefusal(422, ["You can't use same project/branch for source and target"]);
  const open = project.mergeRequests.find(
    (request) => request.state === "opened" && request.sourceBranch === source && request.targetBranch === target,
  );
  if (open !== undefined)
    throw new RestRefusal(409, [`Another open merge request already exists for this source branch: !${open.iid}`]);
  const now = state.now();
  const request: MergeRequest = {
    id: state.newId(),
    iid: project.mergeRequests.length + 1,
    author: token.person,
    title,
    state: "opened",
    description: text(call, "description") ?? "",
    sourceBranch: source,
    targetBranch: target,
    sha: head,
    versions: [{ id: state.newId(), head, createdAt: now }],
    mergeStatus: "unchecked",
    reviewers: [],
    approvals: new Map(),
    discussions: [],
    autoMerge: null,
    train: null,
    otherBlock: null,
    mergeCommitSha: null,
    squashCommitSha: null,
    rebasing: false,
    mergeError: null,
    createdAt: now,
    updatedAt: now,
  };
  project.mergeRequests.push(request);
  emitUpdate(call, { project, request, by: token.person }, "open");
  return { status: 201, body: await requestShape(state, { project, request }, { by: token.person }) };
}

/** Reading one starts the check whether it can be merged (docs: "Single merge request response notes"). */
async function read(call: RestCall): Promise<RestAnswer> {
  const { project, request, by } = requestOf(call);
  startCheck(call.state, { project, request });
  const diverged = flag(call, "include_diverged_commits_count");
  return { status: 200, body: await requestShape(call.state, { project, request }, { by, diverged }) };
}

async function update(call: RestCall): Promise<RestAnswer> {
  const { state } = call;
  projectAs(call, roles.developer);
  const { project, request, by } = requestOf(call);
  const title = text(call, "title");
  if (title === "") throw new RestRefusal(400, "title is empty");
  request.title = title ?? request.title;
  request.description = text(call, "description") ?? request.description;
  if (Array.isArray(call.body["reviewer_ids"])) setReviewers(call, request, call.body["reviewer_ids"].map(Number));
  if (text(call, "state_event") === "close") closeRequest(state, { project, request, by });
  else {
    request.updatedAt = state.now();
    emitUpdate(call, { project, request, by }, "update");
  }
  return { status: 200, body: await requestShape(state, { project, request }, { by }) };
}

function setReviewers({ state }: RestCall, request: MergeRequest, ids: number[]): void {
  const kept = request.reviewers.filter(({ person }) => ids.includes(person.id));
  const fresh = state.people
    .filter(({ id }) => ids.includes(id) && kept.every(({ person }) => person.id !== id))
    .map((person) => ({ person, state: "unreviewed" as const, createdAt: state.now() }));
  request.reviewers.splice(0, request.reviewers.length, ...kept, ...fresh);
}

async function merge(call: RestCall): Promise<RestAnswer> {
  const { state } = call;
  const { project, request, by } = requestOf(call);
  const { faults } = state;
  const before = faults.beforeMerge;
  faults.beforeMerge = null;
  await before?.();
  if (take(faults, "errorBeforeMerge")) return { status: 500, body: { message: "500 Internal Server Error" } };
  const refusal = await acceptMerge(state, {
    project,
    request,
    by,
    sha: text(call, "sha"),
    squash: flag(call, "squash"),
    autoMerge: flag(call, "auto_merge") || flag(call, "merge_when_pipeline_succeeds"),
    message: text(call, "merge_commit_message"),
  });
  if (refusal !== null) return { status: refusal.status, body: { message: refusal.message } };
  if (take(faults, "errorAfterMerge")) return { status: 500, body: { message: "500 Internal Server Error" } };
  if (take(faults, "resetAfterMerge")) return { status: 500, cut: true };
  return { status: 200, body: await requestShape(state, { project, request }, { by }) };
}

function take(
  faults: RestCall["state"]["faults"],
  which: "errorBeforeMerge" | "errorAfterMerge" | "resetAfterMerge",
): boolean {
  if (faults[which] === 0) return false;
  faults[which] -= 1;
  return true;
}

function rebase(call: RestCall): RestAnswer {
  const { project, request, by } = requestOf(call);
  const refusal = startRebase(call.state, { project, request, by });
  if (refusal !== null) return { status: refusal.status, body: { message: refusal.message } };
  return { status: 202, body: { rebase_in_progress: true } };
}

/** 406: there is nothing to cancel (docs: "Cancel merge when pipeline succeeds"). */
async function cancelAutoMerge(call: RestCall): Promise<RestAnswer> {
  projectAs(call, roles.developer);
  const { project, request, by } = requestOf(call);
  if (request.state !== "opened") throw new RestRefusal(405, "405 Method Not Allowed");
  if (request.autoMerge === null) throw new RestRefusal(406, "406 Not Acceptable");
  request.autoMerge = null;
  return { status: 201, body: await requestShape(call.state, { project, request }, { by }) };
}

function enterTrain(call: RestCall): RestAnswer {
  const { project, request } = requestOf(call);
  if (!project.settings.mergeTrains) throw new RestRefusal(403, "403 Forbidden");
  const sha = text(call, "sha");
  if (sha !== undefined && sha !== request.sha)
    throw new RestRefusal(409, `SHA does not match HEAD of source branch: ${request.sha}`);
  if (request.state !== "opened") throw new RestRefusal(400, "Failed to merge");
  if (request.train !== null) throw new RestRefusal(400, "The merge request is already on a merge train");
  request.train = "fresh";
  return { status: 201, body: [trainShape(request)] };
}

function readTrain(call: RestCall): RestAnswer {
  const { request } = requestOf(call);
  if (request.train === null) throw new RestRefusal(404, "404 Not Found");
  return { status: 200, body: trainShape(request) };
}

function trainShape(request: MergeRequest) {
  const { id, iid, title, state } = request;
  return { id, merge_request: { id, iid, title, state }, status: request.train, target_branch: request.targetBranch };
}

function emitUpdate({ state }: RestCall, about: RequestCall, action: string): void {
  state.emit({
    project: about.project,
    kind: "merge_requests",
    body: () => mergeRequestBody(state, { ...about, action }),
  });
}
