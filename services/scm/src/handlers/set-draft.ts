import type { DataOf, setDraft } from "@gastown/contracts";
import { findPull, wishPull } from "../store/pulls.ts";
import { applied, notFound, refused, type Deciding, type Ruling } from "./ruling.ts";

/** The pull request is a draft, or none, soon. */
export async function decideSetDraft({ tx, town, data, envelope }: Deciding<DataOf<typeof setDraft>>): Promise<Ruling> {
  const pull = await findPull(tx, { town, rig: data.rig, number: data.number });
  if (pull === null) return notFound("pr_not_found", `There is no pull request ${data.number} in ${data.rig}.`);
  if (pull.status !== "open") return refused("wrong_state", `Pull request ${data.number} is ${pull.status}.`);
  await wishPull(tx, pull, { draftWish: data.draft, causationId: envelope.id });
  return applied({ number: data.number, draft: data.draft });
}
