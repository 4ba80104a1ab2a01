import { isRescueCause, type Rescued } from "./rescued.ts";
import { runGit, type GitPlace } from "./run-git.ts";

/** Where a clone remembers what goes to a rescue branch: `<why>/<branch>/<commit>`. */
const notes = "refs/gastown/rescues";

type Left = Pick<Rescued, "why" | "branch" | "head">;

function noteOf({ why, branch, head }: Left): string {
  return `${notes}/${why}/${branch}/${head.slice(0, 12)}`;
}

/** The clone remembers it, whatever becomes of this process: who was killed after its push may not have told it. */
export async function noteRescue(place: GitPlace, left: Left): Promise<void> {
  await runGit(place, "update-ref", noteOf(left), left.head);
}

/** It was told, or is about to be by who recovers the clone. */
export async function forgetRescue(place: GitPlace, left: Left): Promise<void> {
  await runGit(place, "update-ref", "-d", noteOf(left));
}

/** What the clone remembers. Notes that are none of ours are passed over: an agent can write there, too. */
export async function notedRescues(place: GitPlace): Promise<Left[]> {
  const refs = await runGit(place, "for-each-ref", "--format=%(objectname) %(refname)", notes);
  return refs.split("\n").flatMap((line) => {
    const [, head, why, branch] =
      /^([0-9a-f]{40,64}) refs\/gastown\/rescues\/([^/]+)\/(.+)\/[0-9a-f]{12}$/.exec(line) ?? [];
    return head === undefined || branch === undefined || !isRescueCause(why) ? [] : [{ why, branch, head }];
  });
}
