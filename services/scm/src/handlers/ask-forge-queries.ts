import { QueryError } from "@gastown/bus";
import type {
  DataOf,
  findPull as findPullQuery,
  listThreads,
  Query,
  repoCredential,
  ReplyOf,
} from "@gastown/contracts";
import { ScmError } from "../forges/forge.ts";
import { findPull } from "../store/pulls.ts";
import { findRepo, readReadyRepos } from "../store/repos.ts";
import type { ScmContext } from "./context.ts";
import { meantPull } from "./find-by-url.ts";
import { obstacleTo } from "./find-foreign-pull.ts";

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
  const repo = await findRepo(db, ref);
  if (repo === null || (await findPull(db, ref)) === null)
    throw new QueryError("not_found", `there is no pull request ${ref.number} in ${ref.rig}`);
  return answered(async () => {
    const threads = await forges.of(repo.forge).listThreads(ref, { signal });
    return { items: threads.map(({ comments, ...thread }) => ({ ...thread, comments: [...comments] })) };
  });
}

/** Which pull request is meant, and whether a bead can follow it; the forge is asked about what is not known to be open. */
export async function readMeantPull(
  { db, forges }: Context,
  asked: Asked<typeof findPullQuery>,
  signal: AbortSignal,
): Answer<typeof findPullQuery> {
  const repos = await readReadyRepos(db, asked.town);
  const ref = meantPull(repos, forges, asked);
  const { rig, number } = ref;
  const repo = repos.find((one) => one.rig === rig);
  if (repo === undefined) throw new QueryError("not_found", `there is no rig ${rig} that is ready`);
  const known = await findPull(db, ref);
  const ended = { code: "pr_closed", reason: `Pull request ${number} is ${known?.status ?? "not there"}.` };
  if (known?.status === "open" || repo.forge === "local") {
    if (known === null) throw new QueryError("not_found", `there is no pull request ${number} in ${rig}`);
    return { data: { rig, number, refusal: known.status === "open" ? null : ended }, seq: null };
  }
  return answered(async () => {
    const snapshot = await forges.of(repo.forge).getSnapshot(ref, { signal });
    const obstacle = obstacleTo(snapshot, ref, repo);
    return { rig, number, refusal: obstacle === null ? null : { code: obstacle.code, reason: obstacle.why } };
  });
}

async function answered<T>(ask: () => Promise<T>): Promise<{ data: T; seq: null }> {
  try {
    return { data: await ask(), seq: null };
  } catch (error) {
    if (!(error instanceof ScmError)) throw error;
    const code = error.mayPass ? "unavailable" : error.kind === "gone" ? "not_found" : "invalid";
    throw new QueryError(code, error.message, { cause: error });
  }
}
