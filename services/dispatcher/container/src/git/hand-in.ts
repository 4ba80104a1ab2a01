import { GitError, runGit, tryGit, type GitPlace } from "./run-git.ts";
import { isDirty } from "./save-work.ts";

/** Either the pushed head, or what the agent has to do first, as a text for it. */
export type HandedIn = { head: string } | { todo: string };

const notFastForward = /non-fast-forward|fetch first|stale info|\[rejected\]/;

async function unfinished(place: GitPlace, work: { branch: string; base: string }): Promise<string | null> {
  const on = await tryGit(place, "symbolic-ref", "--short", "HEAD");
  if (on !== work.branch)
    return `The worktree is on ${on ?? "no branch"}, but your work belongs on ${work.branch}. Finish or abort what is under way, then \`git checkout ${work.branch}\` and bring your commits there.`;
  if (await isDirty(place)) {
    const status = await runGit(place, "status", "--short");
    return `There are changes that are not committed:\n${status.slice(0, 2_000)}\nCommit what belongs to your work, remove or ignore the rest, and call gt_done again.`;
  }
  const ahead = await runGit(place, "rev-list", "--count", `refs/remotes/origin/${work.base}..HEAD`);
  if (ahead === "0")
    return `Branch ${work.branch} has no commit that ${work.base} does not have. Commit your work and call gt_done again. If nothing can or must be done, call gt_done with outcome "failed" and say why in the summary.`;
  return null;
}

async function push(place: GitPlace, branch: string): Promise<string | null> {
  const refspec = `HEAD:refs/heads/${branch}`;
  const attempt = async (): Promise<GitError | null> => {
    try {
      await runGit(place, "push", "--quiet", "origin", refspec);
      return null;
    } catch (error) {
      if (error instanceof GitError && error.exitCode !== null) return error;
      throw error;
    }
  };
  const first = await attempt();
  if (first === null) return null;
  await tryGit(place, "fetch", "--quiet", "origin");
  const second = await attempt();
  if (second === null) return null;
  if (notFastForward.test(second.stderr))
    return `The forge has commits on ${branch} that you do not have. Bring them in with \`git pull --no-rebase origin ${branch}\`, resolve conflicts, run the tests, commit, and call gt_done again. Do not force-push.`;
  return `The branch could not be pushed: ${second.stderr.trim().slice(-500)}\nCall gt_done again in a moment; when it fails again, use gt_escalate.`;
}

/**
 * Pushes a polecat's branch when its work is complete: on its branch, everything committed, at least one commit ahead of the
 * base. Answers the head the forge has afterwards, read back from it.
 */
export async function handIn(place: GitPlace, work: { branch: string; base: string }): Promise<HandedIn> {
  const todo = (await unfinished(place, work)) ?? (await push(place, work.branch));
  if (todo !== null) return { todo };
  const head = await runGit(place, "rev-parse", "HEAD");
  const told = await runGit(place, "ls-remote", "origin", `refs/heads/${work.branch}`);
  if (told.split(/\s/)[0] === head) return { head };
  return { todo: `The forge does not have your commit ${head} on ${work.branch} yet. Call gt_done again.` };
}
