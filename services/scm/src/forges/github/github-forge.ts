import { ScmError, type CallContext, type Forge, type PullRef } from "../forge.ts";
import { createAppRequest } from "./app-request.ts";
import { createBranch } from "./branches.ts";
import { createGithubClient } from "./github-client.ts";
import type { GithubOptions } from "./github-options.ts";
import { githubUrls } from "./github-urls.ts";
import { createInstallationTokens } from "./installation-tokens.ts";
import { mintRepoToken } from "./mint-repo-token.ts";
import { openPull } from "./open-pull.ts";
import { createPersonalToken } from "./personal-token.ts";
import { createPlaces } from "./place.ts";
import { pullOperations } from "./pull-operations.ts";
import type { PullPlace } from "./pull-state.ts";
import { registerRepo, type Registration } from "./register-repo.ts";
import { createRuleBook } from "./rule-book.ts";
import { createSnapshotReader } from "./snapshot-reader.ts";
import { createStatusReporter } from "./status-reporter.ts";
import type { TokenSource } from "./token-source.ts";

/** GitHub, and what our own knowledge of it has to be told of. */
export interface GithubForge extends Forge {
  /** Rules of this repository have changed: the next snapshot reads them again. */
  dropRules(remoteId: string): void;
  /** An installation was suspended, removed, or has other permissions or repositories: none of its tokens is used any more. */
  forgetInstallation(installation: string): void;
}

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

/** GitHub (github.com, or an Enterprise Server) as a forge; as an App, or with one person's token. Nothing is kept but in memory. */
export function createGithubForge(options: GithubOptions): GithubForge {
  const { tokens, app } = asWhom(options);
  const clock = options.clock ?? Date.now;
  const client = createGithubClient(options, tokens);
  const rules = createRuleBook({ client, clock, logger: options.logger });
  const places = createPlaces(options.remoteOf);
  const reader = createSnapshotReader({ client, rules, places, clock });
  const statuses = createStatusReporter(client);
  const at = async (pull: PullRef, context: CallContext): Promise<PullPlace> => ({
    client,
    place: await places.find(pull),
    number: pull.number,
    context,
  });
  const getSnapshots: Forge["getSnapshots"] = async (repo, numbers, context) =>
    reader.read(await places.find(repo), numbers, context);
  return {
    provider: "github",
    capabilities: () => capabilities,
    ...githubUrls(options.webUrl),
    registerRepo: (repo, wish, context) => registerRepo({ client, webUrl: options.webUrl, app, context }, repo, wish),
    // The repository is its owner's: nothing of it is kept here.
    removeRepo: () => Promise.resolve(),
    createBranch: async (repo, branch, context) =>
      createBranch({ client, place: await places.find(repo), context }, branch),
    openPr: async (draft, context) => openPull({ client, place: await places.find(draft), draft, context }),
    getSnapshots,
    getSnapshot: async (pull, context) => {
      const [reading] = await getSnapshots(pull, [pull.number], context);
      if (reading !== undefined && "snapshot" in reading) return reading.snapshot;
      throw reading?.error ?? new ScmError("unavailable", `pull request ${pull.number} was not read`);
    },
    ...pullOperations(at),
    reportStatus: async (pull, status, context) => statuses.report(await places.find(pull), status, context),
    mintRepoToken: async (repo, holder, { signal }) =>
      mintRepoToken(tokens, await places.find(repo), { ...holder, signal }),
    dropRules: (remoteId) => rules.drop(remoteId),
    forgetInstallation: (installation) => tokens.forget(installation),
  };
}

function asWhom(options: GithubOptions): { tokens: TokenSource; app: Registration["app"] } {
  const { credentials } = options;
  const clock = options.clock ?? Date.now;
  if (credentials.kind === "token") return { tokens: createPersonalToken(credentials.token, clock), app: null };
  const ask = createAppRequest(options, credentials);
  const { appId, slug } = credentials;
  const { apiUrl, webUrl } = options;
  return { tokens: createInstallationTokens({ apiUrl, webUrl, appId, slug, ask, clock }), app: { ask, credentials } };
}
