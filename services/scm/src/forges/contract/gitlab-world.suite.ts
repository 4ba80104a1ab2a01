import { createLogger } from "@gastown/telemetry";
import { roles, startGitlabDouble, type GitlabDouble, type Project } from "@gastown/testkit/gitlab-double";
import { ScmError, type RepoRef } from "../forge.ts";
import { createGitlabForge } from "../gitlab/gitlab-forge.ts";
import type { GitlabOptions } from "../gitlab/gitlab-options.ts";
import type { ContractForge, ContractRepo, ContractWorld, RemoteFaults, SeenPull } from "./contract-world.ts";

const logger = createLogger("contract", { level: "silent" });

/** Our adapter for GitLab, and the DOUBLE of GitLab. */
export const gitlabForge: ContractForge = {
  name: "gitlab (double)",
  able: {
    rules: true,
    threads: true,
    optionalChecks: true,
    behind: true,
    autoMerge: true,
    mergeQueue: true,
    reportStatus: true,
    reviewRequests: true,
    remote: true,
  },
  open: openWorld,
};

async function openWorld(): Promise<ContractWorld> {
  const double = await startGitlabDouble();
  const projects = new Map<string, Project>();
  const { value: token } = double.world.token("gastown");
  const options: GitlabOptions = {
    url: double.webUrl,
    token,
    logger,
    remoteOf({ rig }) {
      const project = projects.get(rig);
      if (project === undefined) throw new ScmError("gone", `there is no rig ${rig}`);
      return Promise.resolve({ remote: project.path, remoteId: String(project.id), installation: null });
    },
  };
  return {
    forge: createGitlabForge(options),
    remote: faultsOf(double, options),
    async repository(wish) {
      const rig = `app-${projects.size + 1}`;
      const project = await newProject(double, `acme/${rig}`, wish?.cloned === true ? "disk" : "memory");
      projects.set(rig, project);
      return repositoryOf(double, project, { town: "contract", rig });
    },
    close: () => double.close(),
  };
}

function newProject({ world }: GitlabDouble, path: string, git: "disk" | "memory"): Promise<Project> {
  const lines = Array.from({ length: 9 }, (_, i) => `line ${i + 1}\n`);
  return world.createProject(path, {
    git,
    files: { "readme.md": "a sample\n", "src/app.txt": lines.join("") },
    members: { gastown: roles.maintainer, ann: roles.maintainer, bob: roles.developer },
  });
}

function faultsOf(double: GitlabDouble, options: GitlabOptions): RemoteFaults {
  const { faults } = double;
  return {
    // Port 9 is discard: nobody listens there.
    unreachable: createGitlabForge({ ...options, url: "http://127.0.0.1:9" }),
    failAfterMerge: () => void (faults.errorAfterMerge += 1),
    failBeforeMerge: () => void (faults.errorBeforeMerge += 1),
    limitNext: (retryAfterSeconds) => void (faults.limit = { times: 1, retryAfterSeconds }),
    mergeCalls() {
      const calls = double.requests.filter(({ route }) => route.endsWith("/merge")).length;
      double.forgetRequests();
      return calls;
    },
    beforeMerge: (act) => void (faults.beforeMerge = act),
  };
}

const jobWords = { green: "success", red: "failed", pending: "running" } as const;

function repositoryOf({ world, webUrl }: GitlabDouble, project: Project, ref: RepoRef): ContractRepo {
  const { path, git, settings } = project;
  const at = (iid: number) => ({ path, iid });
  const tip = (branch: string) => Promise.resolve(git.tip(branch));
  return {
    ref: { ...ref, createdAt: new Date() },
    source: `${webUrl}/${path}`,
    remote: path,
    requiredCheck: "test",
    push: (branch, files, from) => world.push(path, { branch, files, ...(from === undefined ? {} : { from }) }),
    tip,
    contains: async (branch, commit) => git.contains(git.tip(branch) ?? "", commit),
    fileOn: async (branch, file) => git.fileAt(git.tip(branch) ?? "", file),
    requireApprovals: (count) => set(() => (settings.approvalsRequired = count)),
    requireCheck: () => set(() => (settings.pipelineMustSucceed = true)),
    requireThreads: () => set(() => (settings.discussionsMustBeResolved = true)),
    requireUpToDate: () => set(() => (settings.mergeMethod = "rebase_merge")),
    requireQueue: () => set(() => (settings.mergeTrains = true)),
    expectPull: () => Promise.resolve(),
    expectReview: () => Promise.resolve(),
    review: (iid, review) => set(() => world.review(at(iid), review)),
    openThread: (iid, thread) => set(() => world.openThread(at(iid), thread)),
    setCheck: (iid, { name, required, state, log = "" }) =>
      world.setJob(at(iid), { name, status: jobWords[state], allowFailure: !required, trace: log }),
    async mergeAsPerson(iid) {
      await world.merge(at(iid), "ann");
      return git.tip("main") ?? "";
    },
    closeAsPerson: (iid) => set(() => world.close(at(iid), "ann")),
    seen: (iid) => Promise.resolve(seenOf(world.requestAt(path, iid))),
    withdrawWriting: () => set(() => world.setRole(path, "gastown", roles.reporter)),
  };
}

function seenOf(request: ReturnType<GitlabDouble["world"]["requestAt"]>): SeenPull {
  const { title, description: body, state, discussions, reviewers } = request;
  return {
    title,
    body,
    draft: title.startsWith("Draft:"),
    state: state === "closed" || state === "merged" ? state : "open",
    texts: discussions.flatMap((discussion) => discussion.notes.map((note) => note.body)),
    reviewers: reviewers.map((reviewer) => reviewer.person.username),
  };
}

function set(act: () => unknown): Promise<void> {
  act();
  return Promise.resolve();
}
