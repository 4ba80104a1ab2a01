import { newId, type DataOf, type openPull } from "@gastown/contracts";
import { findLiveOfHead, findNewestOfBead, insertPull, wishPull } from "../store/pulls.ts";
import { findRepo } from "../store/repos.ts";
import type { PullRow } from "../store/rows.ts";
import { refusalDraft, type RefusalCode } from "./refusal-draft.ts";
import { applied, notFound, refused, type Deciding, type Ruling } from "./ruling.ts";

type Opening = Deciding<DataOf<typeof openPull>>;

/**
 * The bead has a pull request that is opened or told again soon. A bead has at most one that is open, a branch too; one that was
 * merged is told again and never opened anew: its work is done. What can never be opened is told to the town as such.
 */
export async function decideOpenPull(opening: Opening): Promise<Ruling> {
  const { tx, town, data } = opening;
  const { rig, bead, head, base } = data;
  if ((await findRepo(tx, { town, rig })) === null) return notFound("rig_not_found", `There is no rig ${rig}.`);
  const newest = await findNewestOfBead(tx, { town, rig, bead });
  if (newest !== null && newest.status !== "closed") return askedAgain(opening, newest);
  if (head === base) return never(opening, "head_is_base", `Branch ${head} cannot be merged into itself.`);
  const other = await findLiveOfHead(tx, { town, rig }, head);
  if (other !== null) return takeOver(opening, other);
  const { title, body, draft } = data;
  const branches = { headBranch: head, baseBranch: base };
  await insertPull(tx, { id: newId(), town, rig, bead, title, body, ...branches, draft, ...causeOf(opening) });
  return applied({ number: null });
}

async function askedAgain(opening: Opening, newest: PullRow): Promise<Ruling> {
  const { tx, data, envelope } = opening;
  const { headBranch, baseBranch } = newest;
  if (headBranch !== data.head || baseBranch !== data.base) {
    const why = `Bead ${data.bead} has a pull request of ${headBranch} into ${baseBranch}. Close it first.`;
    return never(opening, "bead_has_pull", why);
  }
  const words = newest.status === "merged" ? {} : { title: data.title, body: data.body, askedAt: new Date() };
  await wishPull(tx, newest, { ...words, reportDue: true, causationId: envelope.id });
  return applied({ number: newest.number });
}

/** A pull request that a person opened for the branch, and that nobody follows, becomes the bead's. */
async function takeOver(opening: Opening, other: PullRow): Promise<Ruling> {
  const { tx, data } = opening;
  const { bead, head, base, title, body } = data;
  if (other.bead !== null || other.baseBranch !== base) {
    const whose = other.bead === null ? `into ${other.baseBranch}` : `of bead ${other.bead}`;
    return never(opening, "head_has_pull", `Branch ${head} has a pull request ${whose}. Close it first.`);
  }
  await wishPull(tx, other, { bead, title, body, reportDue: true, ...causeOf(opening) });
  return applied({ number: other.number });
}

function causeOf({ envelope }: Opening) {
  return {
    correlationId: envelope.correlationid,
    causationId: envelope.id,
    traceparent: envelope.traceparent ?? null,
  };
}

function never(opening: Opening, code: RefusalCode, why: string): Ruling {
  const { rig, bead } = opening.data;
  const about = { town: opening.town, rig, bead, ...causeOf(opening) };
  return { ...refused("wrong_state", why), outbox: [refusalDraft(about, code, why)] };
}
