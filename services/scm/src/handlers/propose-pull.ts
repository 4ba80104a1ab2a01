import type { CommandMessage } from "@gastown/bus";
import { openUnownedPull, type DataOf } from "@gastown/contracts";
import { lockTown, readVerdict, transaction, type Tx } from "@gastown/db";
import { ScmError, type OpenOutcome } from "../forges/forge.ts";
import { dropProposal, findLiveOfHead, findPullById, insertProposal, wishPull } from "../store/pulls.ts";
import { findRepo } from "../store/repos.ts";
import { isNumbered, type PullRow, type RepoRow } from "../store/rows.ts";
import type { ScmContext } from "./context.ts";
import { applied, notFound, refused, type Deciding, type Refusal, type Ruling } from "./ruling.ts";

type Data = DataOf<typeof openUnownedPull>;

/**
 * Opens the pull request before the transaction that decides the command, as who asked waits for its number: git is read, and a
 * forge may have to be asked. Null when it is open, else why it is not. The pull request has the command's id, so that a command
 * that was interrupted anywhere goes on with the same one.
 */
export async function openProposal(
  { db, forge }: Pick<ScmContext, "db" | "forge">,
  { envelope, signal }: CommandMessage,
): Promise<Refusal | null> {
  if ((await readVerdict(db, envelope.id)) !== null) return null;
  const data = openUnownedPull.data.parse(envelope.data);
  const pull = await transaction(db, (tx) => begin(tx, { data, envelope }));
  if ("outcome" in pull) return pull;
  if (isNumbered(pull)) return null;
  const { headBranch: head, baseBranch: base } = pull;
  try {
    const refusal = refusalOf(await forge.openPr({ ...pull, head, base }, { signal }), pull);
    if (refusal !== null) await dropProposal(db, pull.id);
    return refusal;
  } catch (error) {
    if (!(error instanceof ScmError) || error.mayPass) throw error;
    await dropProposal(db, pull.id);
    return refused("git_failed", error.message);
  }
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

async function begin(tx: Tx, proposal: Proposal): Promise<Refusal | PullRow> {
  const { townid: town, id, correlationid, traceparent = null } = proposal.envelope;
  const { rig, head, title, body, draft } = proposal.data;
  await lockTown(tx, town);
  const begun = await findPullById(tx, id);
  if (begun !== null) return begun;
  const repo = await findRepo(tx, { town, rig });
  const base = proposal.data.base ?? repo?.defaultBranch ?? "";
  const refusal = objectionTo({ rig, head, base }, repo, await findLiveOfHead(tx, { town, rig }, head));
  if (refusal !== null) return refusal;
  const cause = { correlationId: correlationid, causationId: id, traceparent };
  return insertProposal(tx, { id, town, rig, title, body, headBranch: head, baseBranch: base, draft, ...cause });
}

/** What our own tables have against a proposal; null when it is for git to say. */
function objectionTo(
  { rig, head, base }: { rig: string; head: string; base: string },
  repo: RepoRow | null,
  other: PullRow | null,
): Refusal | null {
  if (repo === null) return notFound("rig_not_found", `There is no rig ${rig}.`);
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

function refusalOf(opened: OpenOutcome, { headBranch, baseBranch }: PullRow): Refusal | null {
  switch (opened.outcome) {
    case "opened":
      return null;
    case "missing": {
      const field = opened.branch === headBranch ? "head" : "base";
      return refused("invalid", `${field}: branch ${opened.branch} is not in the repository; push it first`);
    }
    case "nothing_to_merge":
      return refused("wrong_state", `There is nothing to merge: ${baseBranch} has all of ${headBranch}.`);
  }
}
