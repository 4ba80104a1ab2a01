import { z } from "zod";
import { ScmError, type CallContext } from "../forge.ts";
import { readCommits } from "./compare-commits.ts";
import type { GithubClient } from "./github-client.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Place } from "./place.ts";
import { readPullState, type PullPlace } from "./pull-state.ts";
import { branchUseQuery, deleteRefMutation } from "./queries/pull-changes.ts";
import { messageOf } from "./said.ts";

interface BranchPlace {
  readonly client: GithubClient;
  readonly place: Place;
  readonly context: CallContext;
}

const refAnswer = z.object({ object: z.object({ sha: z.string() }) });

/** The tip of a branch; null when there is none. An empty repository has none. */
export async function tipOf(at: BranchPlace, branch: string): Promise<string | null> {
  const operation = "get branch";
  const { status, data } = await at.client.rest({
    operation,
    route: "GET /repos/{owner}/{repo}/git/ref/{ref}",
    parameters: { ...named(at), ref: `heads/${branch}` },
    answers: [404, 409],
    access: at.place.access,
    context: at.context,
  });
  return status === 200 ? parseAnswer(refAnswer, data, { operation }).object.sha : null;
}

/**
 * The branch exists: made at the tip of `from` if it did not, else left as it is. Throws `ScmError`: `gone` when `from` is not there,
 * `conflict` when another branch's name is in the way, `invalid` when there can be no such branch.
 */
export async function createBranch(at: BranchPlace, { name, from }: { name: string; from: string }): Promise<void> {
  if ((await tipOf(at, name)) !== null) return;
  const sha = await tipOf(at, from);
  if (sha === null) throw new ScmError("gone", `branch ${from} is not in the repository`);
  const { status, data } = await at.client.rest({
    operation: "create branch",
    route: "POST /repos/{owner}/{repo}/git/refs",
    parameters: { ...named(at), ref: `refs/heads/${name}`, sha },
    mutates: true,
    answers: [422],
    access: at.place.access,
    context: at.context,
  });
  if (status !== 422 || (await tipOf(at, name)) !== null) return;
  const inTheWay = await findInTheWay(at, name);
  if (inTheWay !== null)
    throw new ScmError("conflict", `branch ${inTheWay} is there, so that there cannot be a branch ${name}`);
  throw new ScmError("invalid", `GitHub takes no branch of the name ${name}: ${messageOf(data)}`);
}

/** A branch is a file to git: one cannot be below another. */
async function findInTheWay(at: BranchPlace, name: string): Promise<string | null> {
  const parts = name.split("/");
  for (let length = 1; length < parts.length; length += 1) {
    const above = parts.slice(0, length).join("/");
    if ((await tipOf(at, above)) !== null) return above;
  }
  const operation = "find branches";
  const { data } = await at.client.rest({
    operation,
    route: "GET /repos/{owner}/{repo}/git/matching-refs/{ref}",
    parameters: { ...named(at), ref: `heads/${name}/` },
    access: at.place.access,
    context: at.context,
  });
  const [below] = parseAnswer(z.array(z.object({ ref: z.string() })), data, { operation });
  return below === undefined ? null : below.ref.replace(/^refs\/heads\//, "");
}

const useAnswer = z.object({
  repository: z.object({
    id: z.string(),
    defaultBranchRef: z.object({ name: z.string() }).nullable(),
    ref: z.object({ target: z.object({ oid: z.string() }).nullable() }).nullable(),
    asHead: z.object({ totalCount: z.number() }),
    asBase: z.object({ totalCount: z.number() }),
  }),
});

/**
 * The head branch of a pull request does not exist any more, if nothing is lost by that: it was at the expected commit, all of that
 * is in the base, and no open pull request has it as head or base. Else it stays, and that is no error.
 */
export async function deleteBranch(at: PullPlace, expectedHead: string): Promise<void> {
  const { headRefName: branch, baseRefName: base, isCrossRepository } = await readPullState(at);
  if (isCrossRepository || branch === base) return;
  const use = await readUse(at, branch);
  if (isNeeded(use, branch) || use.ref?.target?.oid !== expectedHead) return;
  const compared = await readCommits({ ...at, base, head: expectedHead });
  if (compared?.ahead !== 0) return;
  await removeRef(at, { repositoryId: use.id, name: `refs/heads/${branch}`, before: expectedHead });
}

type BranchUse = z.infer<typeof useAnswer>["repository"];

function isNeeded({ asHead, asBase, defaultBranchRef }: BranchUse, branch: string): boolean {
  return asHead.totalCount + asBase.totalCount > 0 || defaultBranchRef?.name === branch;
}

async function readUse({ client, place, context }: BranchPlace, branch: string): Promise<BranchUse> {
  const operation = "get branch use";
  const variables = { owner: place.owner, name: place.name, branch, ref: `refs/heads/${branch}` };
  const { data } = await client.graphql({ operation, query: branchUseQuery, variables, access: place.access, context });
  return parseAnswer(useAnswer, data, { operation }).repository;
}

const noCommit = "0".repeat(40);

/** Atomic: a push at this very moment keeps the branch. */
async function removeRef(
  { client, place, context }: BranchPlace,
  ref: { repositoryId: string; name: string; before: string },
) {
  try {
    await client.graphql({
      operation: "delete branch",
      query: deleteRefMutation,
      variables: { repositoryId: ref.repositoryId, ref: ref.name, before: ref.before, after: noCommit },
      mutates: true,
      access: place.access,
      context,
    });
  } catch (error) {
    // It has moved, or is gone: then there is nothing to delete, and nobody's work is lost.
    if (!(error instanceof ScmError) || !["invalid", "conflict", "gone"].includes(error.kind)) throw error;
  }
}

function named({ place }: BranchPlace): { owner: string; repo: string } {
  return { owner: place.owner, repo: place.name };
}
