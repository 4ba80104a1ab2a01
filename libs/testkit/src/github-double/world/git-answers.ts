import type { Comparison, GitRepo } from "../ports.ts";

interface GitAnswer {
  readonly comparison: Comparison;
  readonly conflicts: readonly string[];
}

/** Commits never change, so what git says of two of them is asked once. */
const answers = new WeakMap<GitRepo, Map<string, Promise<GitAnswer>>>();

/** How head lies to base, and whether they conflict. */
export function gitAnswer(git: GitRepo, base: string, head: string): Promise<GitAnswer> {
  const known = answers.get(git) ?? new Map<string, Promise<GitAnswer>>();
  answers.set(git, known);
  const key = `${base} ${head}`;
  const answer = known.get(key) ?? ask(git, base, head);
  known.set(key, answer);
  // A failure is told to who asked, and not kept.
  answer.catch(() => known.delete(key));
  return answer;
}

async function ask(git: GitRepo, base: string, head: string): Promise<GitAnswer> {
  const [comparison, conflicts] = await Promise.all([git.compare(base, head), git.conflicts(base, head)]);
  return { comparison, conflicts };
}
