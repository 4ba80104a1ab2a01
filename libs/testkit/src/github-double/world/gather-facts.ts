import type { Comparison } from "../ports.ts";
import { effectiveRules, protectionOf } from "./branch-rules.ts";
import { gitAnswer } from "./git-answers.ts";
import type { CheckFact, Opinion, PullFacts } from "./judge/pull-facts.ts";
import { latestChecks, resultOfRun, resultOfStatus } from "./latest-checks.ts";
import { latestOpinions } from "./opinions.ts";
import type { BranchRules, PullState, RepositoryState } from "./world-types.ts";

interface GatherOptions {
  readonly isWriter: (repository: RepositoryState, login: string) => boolean;
  /** As a stale replica sees it; absent: as it stands. */
  readonly seen?: { readonly head: string; readonly state: PullState["state"] };
}

/** All facts of a pull request as it stands, or as it stood at an earlier head. */
export async function gatherFacts(pull: PullState, { isWriter, seen }: GatherOptions): Promise<PullFacts> {
  const { head, state } = seen ?? { head: pull.headOid, state: pull.state };
  const { repository } = pull;
  const base = baseOf(pull);
  const { comparison, conflicts } = await gitAnswer(repository.git, base, head);
  const rules = effectiveRules(repository, pull.baseRef);
  return {
    state,
    draft: pull.draft,
    head,
    base,
    baseRef: pull.baseRef,
    rules,
    rulesFrom: protectionOf(repository, pull.baseRef).classic === null ? "ruleset" : "classic",
    repositoryMethods: repository.mergeMethods,
    hooks: repository.hooks,
    precedence: repository.precedence,
    draftWord: repository.draftWord,
    conflict: conflicts.length > 0,
    behind: comparison.behind > 0,
    lastPusher: pull.lastPusher,
    opinions: opinionsOf(pull, isWriter),
    ownerGroups: ownerGroupsOf(repository, comparison),
    checks: checkFacts(repository, head, rules),
    unresolvedThreads: pull.threads.filter(({ resolved }) => !resolved).length,
    unsigned: comparison.ahead.some((oid) => !repository.signed.has(oid)),
    missingDeployments: rules.requiredDeployments.filter((name) => !repository.deployed.has(`${head} ${name}`)),
    inQueue: pull.queue !== null,
    workflow: comparison.files.find(({ path }) => path.startsWith(".github/workflows/"))?.path ?? null,
    staleWord: pull.staleWord,
  };
}

/** The base's tip; of a pull request that is over, as it was then. */
export function baseOf(pull: PullState): string {
  const base = pull.closedBaseOid ?? pull.repository.git.tip(pull.baseRef);
  if (base === null) throw new Error(`The base ${pull.baseRef} of #${pull.number} does not exist`);
  return base;
}

function opinionsOf(pull: PullState, isWriter: GatherOptions["isWriter"]): readonly Opinion[] {
  return latestOpinions(pull).flatMap(({ author, state, commit }) =>
    state === "COMMENTED" ? [] : [{ author, state, commit, writer: isWriter(pull.repository, author) }],
  );
}

/** The last entry whose path a file has is the one that counts, as in GitHub's owners' files [D]. */
export function ownerGroupsOf(repository: RepositoryState, { files }: Comparison): readonly (readonly string[])[] {
  const entries = files.flatMap(
    ({ path }) => repository.codeOwners.findLast((entry) => entry.path === "*" || path.startsWith(entry.path)) ?? [],
  );
  return [...new Set(entries)].map(({ owners }) => owners).filter((owners) => owners.length > 0);
}

function checkFacts(repository: RepositoryState, head: string, rules: BranchRules): readonly CheckFact[] {
  const { runs, statuses } = latestChecks(repository, head);
  const reported = [
    ...runs.map((run) => ({ name: run.name, result: resultOfRun(run) })),
    ...statuses.map((status) => ({ name: status.context, result: resultOfStatus(status) })),
  ];
  const names = new Set(reported.map(({ name }) => name));
  const missing = rules.requiredChecks.filter((name) => !names.has(name));
  return [
    ...reported.map((check) => ({ ...check, required: rules.requiredChecks.includes(check.name) })),
    ...missing.map((name) => ({ name, result: "missing" as const, required: true })),
  ];
}
