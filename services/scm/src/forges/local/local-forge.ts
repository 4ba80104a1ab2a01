import {
  ScmError,
  type CallContext,
  type Forge,
  type MergeOutcome,
  type MergeRequest,
  type OpenOutcome,
  type PullDraft,
  type PullRef,
  type Reading,
  type RepoRef,
} from "../forge.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import { createBranch } from "./create-branch.ts";
import { GitError, type Git } from "./git.ts";
import { exists, importRepo } from "./import-repo.ts";
import type { LocalLedger, LocalPull } from "./ledger.ts";
import { failedChecks } from "./failed-checks.ts";
import { localMethod, localSnapshot } from "./local-snapshot.ts";
import { localCapabilities, withoutHosting } from "./without-hosting.ts";
import { mergeBranches } from "./merge-branches.ts";
import { isAncestor, readBranches, tipOf, type GitPlace } from "./read-branches.ts";
import { removeRepo } from "./remove-repo.ts";
import { repoFolder, repoUrlPath } from "./repo-path.ts";
import { signToken } from "./token.ts";

export interface LocalForgeOptions {
  readonly git: Git;
  readonly reposDir: string;
  readonly ledger: LocalLedger;
  readonly tokenSecret: string;
  /** Where people reach us; without a slash at the end. */
  readonly publicUrl: string;
  /** Where agents reach us. */
  readonly agentUrl: string;
  /** Environment for imports only. */
  readonly importEnv: Record<string, string>;
}

/** Long enough for a clone or a push; asked for again each time, never stored. */
const tokenLifeMs = 60 * 60_000;

/**
 * A forge of our own: bare repositories in `reposDir`, pull requests, reviews and checks in our tables. The same
 * interface as the big ones, so that a laptop needs no account and tests need no fake.
 */
export function createLocalForge(options: LocalForgeOptions): Forge {
  const { ledger, reposDir } = options;
  const place = (repo: RepoRef, { signal }: CallContext): GitPlace => ({
    git: options.git,
    cwd: repoFolder(reposDir, repo),
    signal,
  });
  const pullUrl = (pull: PullRef) => `${pullsUrl(options, pull)}${pull.number}`;
  const getSnapshot = (ref: PullRef, context: CallContext) =>
    expected(() => readSnapshot(ref, { ledger, place: place(ref, context), url: pullUrl(ref) }));
  return {
    ...withoutHosting,
    provider: "local",
    capabilities: () => localCapabilities,
    registerRepo: (repo, wish, { signal }) =>
      expected(() =>
        importRepo(repoFolder(reposDir, repo), wish, { git: options.git, env: options.importEnv, signal }),
      ),
    createBranch: (repo, branch, context) =>
      expected(async () => createBranch(await reached(place(repo, context)), branch)),
    removeRepo: (repo) => removeRepo(repoFolder(reposDir, repo)),
    openPr: (pull, context) => expected(() => open(pull, ledger, place(pull, context))),
    getSnapshot,
    getSnapshots: (repo, numbers, context) =>
      Promise.all(numbers.map((number) => readOne(number, () => getSnapshot({ ...repo, number }, context)))),
    isContained: (pull, commit, context) =>
      expected(() => isContained(pull, commit, { ledger, place: place(pull, context) })),
    setDraft: (pull, draft) => known(ledger, pull).then(() => ledger.setDraft(pull, draft)),
    editPr: (pull, words) => known(ledger, pull).then(() => ledger.edit(pull, words)),
    closePr: (pull, reason) => known(ledger, pull).then(() => ledger.close(pull, reason)),
    addReview: (pull, review) => ledger.addReview(pull, review),
    listFailedChecks: async (pull) => failedChecks(await known(ledger, pull)),
    merge: (request, context) => expected(() => merge(request, ledger, place(request.pull, context))),
    deleteBranch: (pull, expectedHead, context) =>
      expected(() => deleteBranch({ pull, expectedHead, ledger, place: place(pull, context) })),
    mintRepoToken: ({ town, rig, createdAt }, holder) => {
      const expiresAt = Date.now() + tokenLifeMs;
      const claims = { town, rig, ...holder, registeredAt: createdAt.getTime(), expiresAt };
      const password = signToken(claims, options.tokenSecret);
      return Promise.resolve({ username: holder.agent, password, expiresAt: new Date(expiresAt) });
    },
    cloneUrl: (repo) => `${options.publicUrl}${repoUrlPath(repo)}`,
    agentUrl: (repo) => `${options.agentUrl}${repoUrlPath(repo)}`,
    pullUrl,
    numberOf: (url, repo) => numberAfter(pullsUrl(options, repo), url),
  };
}

function pullsUrl({ publicUrl }: LocalForgeOptions, { town, rig }: RepoRef): string {
  return `${publicUrl}/git/${town}/${rig}/pulls/`;
}

function numberAfter(prefix: string, url: string): number | null {
  const rest = url.startsWith(prefix) ? url.slice(prefix.length) : "";
  return /^[1-9][0-9]{0,8}$/.test(rest) ? Number(rest) : null;
}

async function readOne(number: number, read: () => Promise<Snapshot>): Promise<Reading> {
  try {
    return { number, snapshot: await read() };
  } catch (error) {
    if (error instanceof ScmError) return { number, error };
    throw error;
  }
}

interface Reach {
  readonly ledger: LocalLedger;
  readonly place: GitPlace;
}

async function readSnapshot(ref: PullRef, { ledger, place, url }: Reach & { readonly url: string }): Promise<Snapshot> {
  const pull = await known(ledger, ref);
  const { head, base } = pull;
  const earlierHeads = [...pull.attemptedHeads, pull.headCommit];
  const branches = await readBranches(await reached(place), { head, base, earlierHeads });
  return localSnapshot({ ref, url, pull, branches, readAt: new Date() });
}

async function isContained(ref: PullRef, commit: string, { ledger, place }: Reach): Promise<boolean> {
  const { base } = await known(ledger, ref);
  const at = await reached(place);
  const tip = await tipOf(at, base);
  return tip !== null && isAncestor(at, commit, tip);
}

/** What git says is told as a forge tells it: something broke, and it may be better later. */
async function expected<T>(fn: () => Promise<T>): Promise<T> {
  try {
    return await fn();
  } catch (error) {
    throw error instanceof GitError ? new ScmError("unavailable", error.message, { cause: error }) : error;
  }
}

async function reached(place: GitPlace): Promise<GitPlace> {
  if (await exists(place.cwd)) return place;
  throw new ScmError("gone", `the repository ${place.cwd} is not there; restore it, or add the rig again`);
}

async function known(ledger: LocalLedger, ref: PullRef): Promise<LocalPull> {
  const pull = await ledger.read(ref);
  if (pull === null) throw new ScmError("gone", `there is no pull request ${ref.number} in ${ref.rig}`);
  return pull;
}

async function open(pull: PullDraft, ledger: LocalLedger, wanted: GitPlace): Promise<OpenOutcome> {
  const at = await reached(wanted);
  const [head, base] = await Promise.all([tipOf(at, pull.head), tipOf(at, pull.base)]);
  if (head === null || base === null) return { outcome: "missing", branch: head === null ? pull.head : pull.base };
  if (await isAncestor(at, head, base)) return { outcome: "nothing_to_merge" };
  return { outcome: "opened", number: await ledger.open(pull.id, head) };
}

async function merge(request: MergeRequest, ledger: LocalLedger, place: GitPlace): Promise<MergeOutcome> {
  if (request.method !== localMethod)
    return { outcome: "refused", message: `only the method "${localMethod}" is known here, not "${request.method}"` };
  const pull = await known(ledger, request.pull);
  if (pull.status === "closed") return { outcome: "refused", message: "the pull request is closed" };
  return mergeBranches({
    ...(await reached(place)),
    head: pull.head,
    base: pull.base,
    expectedHead: request.expectedHead,
    message: `${request.title}\n\n${request.body}`,
  });
}

interface BranchDeletion extends Reach {
  readonly pull: PullRef;
  readonly expectedHead: string;
}

async function deleteBranch({ pull, expectedHead, ledger, place }: BranchDeletion): Promise<void> {
  const { head, base } = await known(ledger, pull);
  if (head === base || (await ledger.branchInUse(pull, head))) return;
  const at = await reached(place);
  const [tip, baseTip] = await Promise.all([tipOf(at, head), tipOf(at, base)]);
  if (tip !== expectedHead || baseTip === null || !(await isAncestor(at, expectedHead, baseTip))) return;
  const args = ["update-ref", "-d", `refs/heads/${head}`, expectedHead];
  // Code 128: it was pushed to at this very moment; then it is somebody's work.
  await place.git({ cwd: place.cwd, args, signal: place.signal, answers: [1, 128] });
}
