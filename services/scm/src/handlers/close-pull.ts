import type { closePull, DataOf } from "@gastown/contracts";
import { findPull, wishPull } from "../store/pulls.ts";
import { applied, notFound, refused, type Deciding, type Ruling } from "./ruling.ts";

/** The pull request is closed soon, unless it turns out to be merged. Closing a closed one changes nothing. */
export async function decideClosePull({
  tx,
  town,
  data,
  envelope,
}: Deciding<DataOf<typeof closePull>>): Promise<Ruling> {
  const pull = await findPull(tx, { town, rig: data.rig, number: data.number });
  if (pull === null) return notFound("pr_not_found", `There is no pull request ${data.number} in ${data.rig}.`);
  if (pull.status === "merged") return refused("wrong_state", `Pull request ${data.number} is merged already.`);
  if (pull.status === "closed") return applied({ number: data.number, state: "closed" });
  await wishPull(tx, pull, { closeWish: data.reason, mergeWish: null, causationId: envelope.id });
  return applied({ number: data.number, state: "closed" });
}
