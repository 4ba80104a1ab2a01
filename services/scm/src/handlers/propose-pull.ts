import type { CommandMessage } from "@gastown/bus";
import { openUnownedPull, type DataOf } from "@gastown/contracts";
import { lockTown, readVerdict, transaction, type Database, type Tx } from "@gastown/db";
import { ScmError, type OpenOutcome } from "../forges/forge.ts";
import { noteOpened } from "../store/granted-wishes.ts";
import { dropProposal, findLiveOfHead, findPull, findPullById, insertProposal, wishPull } from "../store/pulls.ts";
import { findRepo } from "../store/repos.ts";
import { isNumbered, type PullRow, type RepoRow } from "../store/rows.ts";
import type { ScmContext } from "./context.ts";
import { forgeRefusal } from "./forge-refusal.ts";
import { applied, notFound, refused, type Deciding, type Refusal, type Ruling } from "./ruling.ts";

type Data = DataOf<typeof openUnownedPull>;

/**
 * Opens the pull request before the transaction that decides the command, as who asked waits for its number: git is read, and a
 * forge may have to be asked. Null when it is open, else why it is not. The pull request has the command's id, so that a command
 * that was interrupted anywhere goes on with the same one.
 */
export async function openProposal(
  { db, forges }: Pick<ScmContext, "db" | "forges">,
  { envelope, signal }: CommandMessage,
): Promise<Refusal | null> {
  if ((await readVerdict(db, envelope.id)) !== null) return null;
  const data = openUnownedPull.data.parse(envelope.data);
  const begun = await transaction(db, (tx) => begin(tx, { data, envelope }));
  if ("outcome" in begun) return begun;
  const { pull } = begun;
  if (isNumbered(pull)) return null;
  const refusal = await tryToOpen({ db, forges }, begun, signal);
  if (refusal !== null) await dropProposal(db, pull.id);
  return refusal;
}

async function tryToOpen(
  { db, forges }: Pick<ScmContext, "db" | "forges">,
  { pull, repo }: Begun,
  signal: AbortSignal,
): Promise<Refusal | null> {
  const { headBranch: head, baseBranch: base } = pull;
  const local = repo.forge === "local";
  try {
    const opened = await forges.of(repo.forge).openPr({ ...pull, head, base }, { signal });
    return opened.outcome === "opened" ? await known(db, pull, opened.number) : refusalOf(opened, pull);
  } catch (error) {
    if (!(error instanceof ScmError) || (local && error.mayPass)) throw error;
    return local ? refused("git_failed", error.message) : forgeRefusal(error);
  }
}

/** The forge may have had one already, which we know by its number. */
async function known(db: Database, pull: PullRow, number: number): Promise<Refusal | null> {
  const other = await findPull(db, { ...pull, number });
  if (other !== null && other.id !== pull.id)
    return refused("already_exists", `Branch ${pull.headBranch} has pull request ${number}, into ${other.baseBranch}.`);
  await noteOpened(db, pull, number);
  return null;
}

/** The pull request that was opened for the command is looked at from now on; nobody follows it. */
export async function decideProposedPull({ tx, envelope }: Deciding<Data>): Promise<Ruling> {
  const pull = await findPullById(tx, envelope.id);
  if (pull === null || !isNumbered(pull))
    throw new Error("the pull request went before it was told; it is opened again");
  await wishPull(tx, pull, {});
  return applied({ number: pull.number });
}

type Proposal = { readonly data: Data } & Pick<CommandMessage, "envelope">;

interface Begun {
  readonly pull: PullRow;
  readonly repo: RepoRow;
}

async function begin(tx: Tx, proposal: Proposal): Promise<Refusal | Begun> {
  const { townid: town, id, correlationid, traceparent = null } = proposal.envelope;
  const { rig, head, title, body, draft } = proposal.data;
  await lockTown(tx, town);
  const repo = await findRepo(tx, { town, rig });
  const begun = await findPullById(tx, id);
  if (begun !== null && repo !== null) return { pull: begun, repo };
  const base = proposal.data.base ?? repo?.defaultBranch ?? "";
  if (repo === null) return notFound("rig_not_found", `There is no rig ${rig}.`);
  const refusal = objectionTo({ rig, head, base }, repo, await findLiveOfHead(tx, { town, rig }, head));
  if (refusal !== null) return refusal;
  const cause = { correlationId: correlationid, causationId: id, traceparent };
  const fields = { id, town, rig, title, body, headBranch: head, baseBranch: base, draft, ...cause };
  return { pull: await insertProposal(tx, fields), repo };
}

/** What our own tables have against a proposal; null when it is for git to say. */
function objectionTo(
  { rig, head, base }: { rig: string; head: string; base: string },
  repo: RepoRow,
  other: PullRow | null,
): Refusal | null {
  if (repo.state !== "ready")
    return refused(
      "wrong_state",
      `The repository of rig ${rig} cannot be used${repo.reason ? `: ${repo.reason}` : " yet"}.`,
    );
  if (head === base)
    return refused("invalid", `head: branch ${head} cannot be merged into itself; name another branch`);
  if (other === null) return null;
  const which = other.number === null ? "one that is being opened" : `pull request ${other.number}`;
  return refused("already_exists", `Branch ${head} has ${which}, into ${other.baseBranch}.`);
}

type NotOpened = Exclude<OpenOutcome, { readonly outcome: "opened" }>;

function refusalOf(opened: NotOpened, { headBranch, baseBranch }: PullRow): Refusal {
  switch (opened.outcome) {
    case "missing": {
      const field = opened.branch === headBranch ? "head" : "base";
      return refused("invalid", `${field}: branch ${opened.branch} is not in the repository; push it first`);
    }
    case "nothing_to_merge":
      return refused("wrong_state", `There is nothing to merge: ${baseBranch} has all of ${headBranch}.`);
  }
}
