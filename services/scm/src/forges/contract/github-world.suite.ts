import { createLogger } from "@gastown/telemetry";
import { startGithubDouble, type GithubDouble } from "@gastown/testkit/github-double";
import { ScmError, type RepoRef } from "../forge.ts";
import { createGithubForge, type GithubForge } from "../github/github-forge.ts";
import type { GithubOptions } from "../github/github-options.ts";
import type { ContractForge, ContractRepo, ContractWorld, RemoteFaults, SeenPull } from "./contract-world.ts";

type Repository = Awaited<ReturnType<GithubDouble["world"]["repositories"]["add"]>>;
type Pull = Awaited<ReturnType<GithubDouble["world"]["pulls"]["open"]>>;

const logger = createLogger("contract", { level: "silent" });

/** Our adapter for GitHub as an App, and the DOUBLE of GitHub. */
export const githubForge: ContractForge = {
  name: "github (double)",
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

/** One repository, and the installation that reaches it and no other. */
interface Known {
  readonly repository: Repository;
  readonly installation: number;
}

async function openWorld(): Promise<ContractWorld> {
  const double = await startGithubDouble();
  const known = new Map<string, Known>();
  const { id, privateKey, slug } = double.app;
  const options: GithubOptions = {
    webUrl: double.webUrl,
    apiUrl: double.apiUrl,
    credentials: { kind: "app", appId: String(id), privateKey, slug },
    logger,
    remoteOf({ rig }) {
      const found = known.get(rig);
      if (found === undefined) throw new ScmError("gone", `there is no rig ${rig}`);
      const { repository, installation } = found;
      const remote = `${repository.owner}/${repository.name}`;
      return Promise.resolve({ remote, remoteId: String(repository.id), installation: String(installation) });
    },
  };
  const forge = createGithubForge(options);
  return {
    forge,
    remote: faultsOf(double, options),
    async repository(wish) {
      const rig = `app-${known.size + 1}`;
      const made = await newRepository(double, { name: rig, git: wish?.cloned === true ? "disk" : "memory" });
      known.set(rig, made);
      return repositoryOf({ double, forge, ...made }, { town: "contract", rig });
    },
    close: () => double.close(),
  };
}

async function newRepository(
  { world, auth }: GithubDouble,
  { name, git }: { name: string; git: "disk" | "memory" },
): Promise<Known> {
  const owner = `acme-${name}`;
  world.people.organization(owner, ["ann"]);
  const lines = Array.from({ length: 9 }, (_, i) => `line ${i + 1}\n`);
  const repository = await world.repositories.add({
    owner,
    name,
    git,
    private: true,
    files: { "readme.md": "a sample\n", "src/app.txt": lines.join("") },
    permissions: { ann: "admin", bob: "write" },
    autoMerge: true,
  });
  return { repository, installation: auth.install({ account: owner }).id };
}

function faultsOf(double: GithubDouble, options: GithubOptions): RemoteFaults {
  const { faults } = double;
  // Port 9 is discard: nobody listens there.
  const nowhere = "http://127.0.0.1:9";
  return {
    unreachable: createGithubForge({ ...options, webUrl: nowhere, apiUrl: `${nowhere}/api/v3` }),
    failAfterMerge: () => void (faults.errorAfterMerge += 1),
    failBeforeMerge: () => void (faults.errorBeforeMerge += 1),
    limitNext: (retryAfterSeconds) => void (faults.secondaryLimit = { times: 1, retryAfterSeconds }),
    mergeCalls() {
      const calls = double.requests.filter(({ route }) => /^PUT .*\/merge$/.test(route)).length;
      double.forgetRequests();
      return calls;
    },
    beforeMerge(act) {
      faults.beforeMerge = async () => {
        faults.beforeMerge = null;
        await act();
      };
    },
  };
}

interface At extends Known {
  readonly double: GithubDouble;
  readonly forge: GithubForge;
}

function repositoryOf({ double, forge, repository, installation }: At, ref: RepoRef): ContractRepo {
  const { world } = double;
  const { git } = repository;
  const pullOf = (number: number) => {
    const pull = world.pulls.find(repository, number);
    if (pull === null) throw new Error(`there is no pull request ${number}`);
    return pull;
  };
  // In the product the webhook of the change says so.
  const rule = async (more: Parameters<typeof world.rules.set>[2]) => {
    await world.rules.set(repository, "main", { ...world.rules.of(repository, "main"), ...more });
    forge.dropRules(String(repository.id));
  };
  return {
    ref: { ...ref, createdAt: new Date() },
    source: `${double.webUrl}/${repository.owner}/${repository.name}`,
    remote: `${repository.owner}/${repository.name}`,
    requiredCheck: "test",
    push: (branch, files, from) =>
      world.branches.commit(repository, { branch, files, by: "bob", ...(from === undefined ? {} : { from }) }),
    tip: (branch) => Promise.resolve(git.tip(branch)),
    contains: (branch, commit) => git.contains(git.tip(branch) ?? "", commit),
    fileOn: (branch, path) => git.fileAt(git.tip(branch) ?? "", path),
    requireApprovals: (requiredApprovals) => rule({ requiredApprovals, dismissStale: true }),
    requireCheck: () => rule({ requiredChecks: ["test"] }),
    requireThreads: () => rule({ conversationResolution: true }),
    requireUpToDate: () => rule({ strict: true }),
    requireQueue: () => rule({ mergeQueue: "merge" }),
    expectPull: () => Promise.resolve(),
    expectReview: () => Promise.resolve(),
    async review(number, { by, verdict, body }) {
      await world.reviews.submit(pullOf(number), { by, state: verdicts[verdict], body });
    },
    openThread(number, { by, body, file: path, line }) {
      world.threads.open(pullOf(number), { by, body, path, line });
      return Promise.resolve();
    },
    async setCheck(number, { name, state, log = "" }) {
      await world.checks.run(repository, pullOf(number).headOid, { name, log, ...runs[state] });
    },
    mergeAsPerson: (number) => world.merging.force(pullOf(number), { by: "ann" }),
    closeAsPerson(number) {
      world.pulls.close(pullOf(number), "ann");
      return Promise.resolve();
    },
    seen: (number) => Promise.resolve(seenOf(pullOf(number), double.app.slug)),
    withdrawWriting() {
      double.auth.acceptPermissions(installation, { metadata: "read", contents: "read", pull_requests: "read" });
      forge.forgetInstallation(String(installation));
      return Promise.resolve();
    },
  };
}

const verdicts = { approve: "APPROVED", request_changes: "CHANGES_REQUESTED", comment: "COMMENTED" } as const;
const runs = {
  green: { conclusion: "SUCCESS" },
  red: { conclusion: "FAILURE" },
  pending: { status: "IN_PROGRESS" },
} as const;

function seenOf(pull: Pull, slug: string): SeenPull {
  const { title, body, draft, state, comments, reviews, threads, requests, repository } = pull;
  const own = (repository.checkRuns.get(pull.headOid) ?? []).filter((run) => run.app === slug);
  // Of one name the latest counts.
  const latest = new Map(own.map((run) => [run.name, `${run.title ?? ""}\n${run.summary ?? ""}`]));
  const said = [...comments, ...reviews, ...threads.flatMap((thread) => thread.comments)].map((one) => one.body);
  return {
    title,
    body,
    draft,
    state: states[state],
    texts: [...said, ...latest.values()],
    reviewers: requests.map((request) => request.reviewer),
  };
}

const states = { OPEN: "open", CLOSED: "closed", MERGED: "merged" } as const;
