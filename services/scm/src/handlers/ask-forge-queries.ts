import { QueryError } from "@gastown/bus";
import type { DataOf, listThreads, Query, repoCredential, ReplyOf } from "@gastown/contracts";
import { ScmError } from "../forges/forge.ts";
import { findPull } from "../store/pulls.ts";
import { findRepo } from "../store/repos.ts";
import type { RepoRow } from "../store/rows.ts";
import type { ScmContext } from "./context.ts";

type Asked<Q extends Query> = DataOf<Q> & { readonly town: string };
/** What is asked of the forge is of no one view of our tables. */
type Answer<Q extends Query> = Promise<{ data: ReplyOf<Q>; seq: null }>;
type Context = Pick<ScmContext, "db" | "forges">;

/** A credential of one repository for one agent, and where to use it. */
export async function readCredential(
  { db, forges }: Context,
  { town, rig, agent }: Asked<typeof repoCredential>,
  signal: AbortSignal,
): Answer<typeof repoCredential> {
  const repo = await findRepo(db, { town, rig });
  if (repo?.state !== "ready") {
    const why = repo?.reason ? `: ${repo.reason}` : " yet";
    throw new QueryError("not_found", `the repository of rig ${rig} cannot be used${why}`);
  }
  return answered(async () => {
    const forge = forges.of(repo.forge);
    const { username, password, expiresAt } = await forge.mintRepoToken(repo, { agent, write: true }, { signal });
    return { url: forge.agentUrl(repo), username, password, expiresAt: expiresAt.toISOString() };
  });
}

/** The review threads of a pull request, as the forge has them now. */
export async function readThreads(
  { db, forges }: Context,
  ref: Asked<typeof listThreads>,
  signal: AbortSignal,
): Answer<typeof listThreads> {
  const repo: RepoRow | null = await findRepo(db, ref);
  if (repo === null || (await findPull(db, ref)) === null)
    throw new QueryError("not_found", `there is no pull request ${ref.number} in ${ref.rig}`);
  return answered(async () => {
    const threads = await forges.of(repo.forge).listThreads(ref, { signal });
    return { items: threads.map(({ comments, ...thread }) => ({ ...thread, comments: [...comments] })) };
  });
}

async function answered<T>(ask: () => Promise<T>): Promise<{ data: T; seq: null }> {
  try {
    return { data: await ask(), seq: null };
  } catch (error) {
    if (!(error instanceof ScmError)) throw error;
    throw new QueryError(error.mayPass ? "unavailable" : "not_found", error.message, { cause: error });
  }
}
