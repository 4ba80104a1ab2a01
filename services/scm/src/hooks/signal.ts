/**
 * What a webhook says: not what a pull request is, only which ones are to be read again (scm §0.1). The same signal twice is
 * one; one too many costs a read, and a missing one waits for the sweep.
 */
export interface Signal {
  readonly provider: "github" | "gitlab";
  /** Both null: it concerns every repository of `installation`, or all there are. The id stays when a repository is renamed. */
  readonly repo: { readonly id: string | null; readonly name: string | null };
  /** The pull request, where the forge names it. Null: find those of `sha` or `branch`, or all of the repository. */
  readonly pull: number | null;
  /** The commit that it is about; pull requests whose head it is are meant (forks are not named otherwise, scm §3.2.9). */
  readonly sha: string | null;
  /** The branch that it is about, without `refs/heads/`. For a `push`: pull requests from it and onto it are meant. */
  readonly branch: string | null;
  /** The head of the pull request (`pull`) or of the branch (`branch`) after it, as the forge says. */
  readonly head: string | null;
  readonly kind: "pr" | "review" | "thread" | "check" | "push" | "rule" | "queue" | "access" | "repo";
  /** The forge's own word, for people and logs. */
  readonly action: string | null;
  /** The GitHub App's installation that it came by. */
  readonly installation: string | null;
  /** When the pull request was last changed (ISO time): what is older has not seen `head` yet (scm §1.9). */
  readonly at: string | null;
}
