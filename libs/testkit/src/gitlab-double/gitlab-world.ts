import { MemoryGit } from "../github-double/world/memory-git.ts";
import { personOf, type GitlabState } from "./gitlab-state.ts";
import { doMerge } from "./merging.ts";
import { mergeRequestBody } from "./hooks/hook-bodies.ts";
import { setJob, type JobWish } from "./pipelines.ts";
import { afterMoves } from "./pushes.ts";
import { addNote, approve, requestChanges } from "./reviewing.ts";
import { newToken } from "./tokens.ts";
import { roles, type MergeRequest, type Person, type Project, type ProjectSettings, type Token } from "./types.ts";

export interface ProjectWish {
  /** `memory`: nobody can clone it, and it is quick. Default `disk`: a real bare repository. */
  readonly git?: "memory" | "disk";
  readonly files?: Readonly<Record<string, string>>;
  readonly settings?: Partial<ProjectSettings>;
  /** Usernames and roles. */
  readonly members?: Readonly<Record<string, number>>;
}

/** What people and machines do on the DOUBLE beside us, and what its owner sets. Requests are named by project and number. */
export interface GitlabWorld {
  readonly projects: readonly Project[];
  person(username: string): Person;
  /** A personal token; `api` unless told. */
  token(username: string, scopes?: readonly string[]): Token;
  createProject(path: string, wish?: ProjectWish): Promise<Project>;
  projectAt(path: string): Project;
  requestAt(path: string, iid: number): MergeRequest;
  setRole(path: string, username: string, role: number): void;
  /** A commit on a branch, made at `from` when it is not there; then everything that a push sets going. */
  push(
    path: string,
    wish: { branch: string; files: Readonly<Record<string, string | null>>; from?: string },
  ): Promise<string>;
  review(at: At, review: { by: string; verdict: "approve" | "request_changes" | "comment"; body: string }): void;
  openThread(at: At, thread: { by: string; body: string; file: string; line: number }): void;
  setJob(at: At, wish: JobWish): Promise<void>;
  /** A job of a pipeline for merged results: it runs on a commit that merges the head into the target. */
  setMergedResultJob(at: At, wish: JobWish): Promise<void>;
  merge(at: At, by: string): Promise<void>;
  close(at: At, by: string): void;
}

interface At {
  readonly path: string;
  readonly iid: number;
}

const settings: ProjectSettings = {
  mergeMethod: "merge",
  squashOption: "default_off",
  pipelineMustSucceed: false,
  skippedPipelineIsSuccess: false,
  discussionsMustBeResolved: false,
  mergeTrains: false,
  approvalsRequired: 0,
  resetApprovalsOnPush: true,
  requestedChangesBlock: true,
  projectTokens: true,
  archived: false,
  protectedRole: roles.maintainer,
};

export function createGitlabWorld(state: GitlabState): GitlabWorld {
  const projectAt = (path: string): Project =>
    found(
      state.projects.find((project) => project.path === path),
      path,
    );
  const requestAt = (path: string, iid: number) =>
    found(
      projectAt(path).mergeRequests.find((request) => request.iid === iid),
      `${path}!${iid}`,
    );
  const act = ({ path, iid }: At, username: string) => ({
    project: projectAt(path),
    request: requestAt(path, iid),
    by: personOf(state, username),
  });
  return {
    projects: state.projects,
    person: (username) => personOf(state, username),
    token: (username, scopes = ["api"]) => newToken(state, { person: personOf(state, username), scopes }),
    createProject: (path, wish = {}) => createProject(state, path, wish),
    projectAt,
    requestAt,
    setRole: (path, username, role) => void projectAt(path).members.set(personOf(state, username), role),
    async push(path, { branch, files, from }) {
      const project = projectAt(path);
      const before = project.git.tip(branch);
      const after = await project.git.commit({ branch, files, ...(from === undefined ? {} : { from }) });
      await afterMoves(state, { project, by: personOf(state, "ann"), moves: [{ branch, before, after }] });
      return after;
    },
    review(at, { by, verdict, body }) {
      const doing = act(at, by);
      if (body !== "") addNote(state, doing, { body, discussion: null, thread: false });
      if (verdict === "approve") approve(state, doing);
      if (verdict === "request_changes") requestChanges(state, doing);
    },
    openThread(at, { by, body, file, line }) {
      const { project, request } = act(at, by);
      const baseSha = project.git.tip(request.targetBranch) ?? request.sha;
      const position = { baseSha, headSha: request.sha, path: file, line };
      addNote(state, act(at, by), { body, position, discussion: null, thread: true });
    },
    async setJob({ path, iid }, wish) {
      const { sha, sourceBranch } = requestAt(path, iid);
      await setJob(state, { project: projectAt(path), sha, ref: sourceBranch }, wish);
    },
    async setMergedResultJob({ path, iid }, wish) {
      const [project, request] = [projectAt(path), requestAt(path, iid)];
      const sha = await mergedResult(project, request);
      const ref = `refs/merge-requests/${iid}/merge`;
      await setJob(state, { project, sha, head: request.sha, ref }, wish);
    },
    merge: (at, by) => doMerge(state, act(at, by)),
    close(at, by) {
      const doing = act(at, by);
      closeRequest(state, doing);
    },
  };
}

/** A commit that merges the head into the target, on no branch. */
async function mergedResult({ git }: Project, { iid, sha, targetBranch }: MergeRequest): Promise<string> {
  const into = `refs-of-the-double/result-${iid}`;
  const author = { name: "GitLab", email: "gitlab@example.invalid" };
  await git.setBranch(into, git.tip(targetBranch));
  const merged = await git.merge({ into, commit: sha, method: "merge", message: "Merge result", author });
  await git.setBranch(into, null);
  return merged;
}

/** It is closed, unless it has ended. */
export function closeRequest(state: GitlabState, doing: { project: Project; request: MergeRequest; by: Person }): void {
  const { project, request } = doing;
  if (request.state !== "opened") return;
  request.state = "closed";
  request.autoMerge = null;
  request.updatedAt = state.now();
  state.emit({ project, kind: "merge_requests", body: () => mergeRequestBody(state, { ...doing, action: "close" }) });
}

async function createProject(state: GitlabState, path: string, wish: ProjectWish): Promise<Project> {
  const files = wish.files ?? { "readme.md": "A sample.\n" };
  const defaultBranch = "main";
  const git =
    wish.git === "memory"
      ? new MemoryGit({ now: () => state.now(), seed: path, defaultBranch, files })
      : await state.git.create({ fullName: path, defaultBranch, files });
  const members = Object.entries(wish.members ?? {});
  const project: Project = {
    id: state.newId(),
    path,
    defaultBranch,
    git,
    settings: { ...settings, ...wish.settings },
    members: new Map(members.map(([username, role]) => [personOf(state, username), role])),
    mergeRequests: [],
    pipelines: [],
    hooks: [],
    hookEvents: [],
  };
  state.projects.push(project);
  return project;
}

function found<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) throw new Error(`the double has no ${name}`);
  return thing;
}
