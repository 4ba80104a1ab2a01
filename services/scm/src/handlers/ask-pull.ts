import type { editPull, replyToThread, requestPullReview, resolveThread, DataOf } from "@gastown/contracts";
import { findPull, readSoon } from "../store/pulls.ts";
import { applied, notFound, type Deciding, type Ruling } from "./ruling.ts";

type Data = DataOf<typeof editPull | typeof replyToThread | typeof requestPullReview | typeof resolveThread>;

/** The forge has done it (`askForge`); what it comes to is seen by reading the pull request. */
export async function decideAskedPull({ tx, town, data }: Deciding<Data>): Promise<Ruling> {
  const { rig, number } = data;
  const pull = await findPull(tx, { town, rig, number });
  if (pull === null) return notFound("pr_not_found", `There is no pull request ${number} in ${rig}.`);
  await readSoon(tx, pull);
  return applied({ number });
}
