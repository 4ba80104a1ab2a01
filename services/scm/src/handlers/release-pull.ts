import type { DataOf, releasePull } from "@gastown/contracts";
import { findNewestOfBead, wishPull } from "../store/pulls.ts";
import { applied, type Deciding, type Ruling } from "./ruling.ts";

/**
 * Nobody in the town follows the bead's pull request any more, and it may be followed again. With `close` it is closed soon; one
 * that is being opened is not opened, or closed at once. What has ended stays as it is.
 */
export async function decideReleasePull({
  tx,
  town,
  data,
  envelope,
}: Deciding<DataOf<typeof releasePull>>): Promise<Ruling> {
  const { rig, bead, close, reason } = data;
  const pull = await findNewestOfBead(tx, { town, rig, bead });
  const live = pull !== null && pull.status !== "closed" && pull.status !== "merged";
  if (!live) return applied({ number: pull?.number ?? null });
  const ending = close ? { closeWish: reason } : {};
  const unfollowed = { bead: null, reportDue: false, mergeWish: null };
  await wishPull(tx, pull, { ...unfollowed, ...ending, causationId: envelope.id });
  return applied({ number: pull.number });
}
