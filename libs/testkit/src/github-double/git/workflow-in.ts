import { runGit } from "./run-git.ts";

/**
 * A workflow file that commits up to this one create or change, of those no ref has yet; null when there is none. Merging
 * what is there already changes nothing by itself.
 */
export async function workflowIn(cwd: string, commit: string): Promise<string | null> {
  const args = ["log", "--format=", "--name-only", commit, "--not", "--all", "--", ".github/workflows"];
  const { stdout } = await runGit({ cwd, args });
  return stdout.split("\n").find((line) => line !== "") ?? null;
}
