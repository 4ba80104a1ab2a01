import { newId, type DataOf, type openPull } from "@gastown/contracts";
import { findNewestOfBead, insertPull, wishPull } from "../store/pulls.ts";
import { findRepo } from "../store/repos.ts";
import { applied, notFound, refused, type Deciding, type Ruling } from "./ruling.ts";

/**
 * The bead has a pull request that is opened or told again soon. A bead has at most one that is open, and one that was
 * merged is told again and never opened anew: its work is done.
 */
export async function decideOpenPull({ tx, town, data, envelope }: Deciding<DataOf<typeof openPull>>): Promise<Ruling> {
  if ((await findRepo(tx, { town, rig: data.rig })) === null)
    return notFound("rig_not_found", `There is no rig ${data.rig}.`);
  const newest = await findNewestOfBead(tx, { town, rig: data.rig, bead: data.bead });
  const cause = {
    correlationId: envelope.correlationid,
    causationId: envelope.id,
    traceparent: envelope.traceparent ?? null,
  };
  if (newest === null || newest.status === "closed") {
    const { rig, bead, title, body, head, base, draft } = data;
    await insertPull(tx, {
      id: newId(),
      town,
      rig,
      bead,
      title,
      body,
      headBranch: head,
      baseBranch: base,
      draft,
      ...cause,
    });
    return applied({ number: null });
  }
  if (newest.headBranch !== data.head || newest.baseBranch !== data.base)
    return refused(
      "wrong_state",
      `Bead ${data.bead} has a pull request of ${newest.headBranch} into ${newest.baseBranch}. Close it first.`,
    );
  const words = newest.status === "merged" ? {} : { title: data.title, body: data.body };
  await wishPull(tx, newest, { ...words, reportDue: true, causationId: envelope.id });
  return applied({ number: newest.number });
}
