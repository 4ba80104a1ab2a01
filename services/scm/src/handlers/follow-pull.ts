import type { DataOf, followPull } from "@gastown/contracts";
import { findNewestOfBead, findPull, wishPull } from "../store/pulls.ts";
import { findRepo } from "../store/repos.ts";
import type { NumberedPull } from "../store/rows.ts";
import { refusalDraft, type RefusalCode } from "./refusal-draft.ts";
import { applied, notFound, refused, type Deciding, type Ruling } from "./ruling.ts";

type Following = Deciding<DataOf<typeof followPull>>;

/**
 * The pull request is told to the town under this bead from now on, at once for the first time; asked again it is told again,
 * also when it has ended since. What cannot be followed is told to the town as such.
 */
export async function decideFollowPull(following: Following): Promise<Ruling> {
  const { tx, town, data, envelope } = following;
  const { rig, number, bead } = data;
  if ((await findRepo(tx, { town, rig })) === null) return notFound("rig_not_found", `There is no rig ${rig}.`);
  const pull = await findPull(tx, { town, rig, number });
  if (pull === null) {
    const why = `There is no pull request ${number} in ${rig}.`;
    return { ...notFound("pr_not_found", why), outbox: [refusal(following, "pr_not_found", why)] };
  }
  if (pull.bead !== bead) {
    const obstacle = await obstacleTo(following, pull);
    if (obstacle !== null)
      return { ...refused("wrong_state", obstacle.why), outbox: [refusal(following, obstacle.code, obstacle.why)] };
  }
  const cause = { correlationId: envelope.correlationid, causationId: envelope.id };
  const trace = pull.bead === bead ? {} : { traceparent: envelope.traceparent ?? null };
  await wishPull(tx, pull, { bead, reportDue: true, ...cause, ...trace });
  return applied({ number });
}

async function obstacleTo(
  { tx, town, data }: Following,
  pull: NumberedPull,
): Promise<{ code: RefusalCode; why: string } | null> {
  const { rig, number, bead } = data;
  if (pull.status !== "open") return { code: "pr_closed", why: `Pull request ${number} is ${pull.status} already.` };
  if (pull.closeWish !== null) return { code: "pr_closed", why: `Pull request ${number} is being closed.` };
  if (pull.bead !== null) return { code: "already_followed", why: `Bead ${pull.bead} follows pull request ${number}.` };
  const own = await findNewestOfBead(tx, { town, rig, bead });
  if (own === null || own.status === "closed") return null;
  return { code: "bead_has_pull", why: `Bead ${bead} has a pull request of ${own.headBranch}.` };
}

function refusal({ town, data, envelope }: Following, code: RefusalCode, why: string) {
  const about = {
    town,
    rig: data.rig,
    bead: data.bead,
    causationId: envelope.id,
    correlationId: envelope.correlationid,
  };
  return refusalDraft(about, code, why);
}
