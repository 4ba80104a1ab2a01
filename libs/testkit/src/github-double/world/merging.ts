import { inTurn } from "./in-turn.ts";
import { refusalsOf, type MergeAsk, type Refusal } from "./judge/refusals.ts";
import { endPull } from "./pull-events.ts";
import { headBranchOf, type Pushes } from "./pushes.ts";
import type { Readings } from "./readings.ts";
import type { WorldCore } from "./world-core.ts";
import { WorldRefusal } from "./world-refusal.ts";
import type { MergeMethod, PullState, Viewer } from "./world-types.ts";

export interface MergeOrder {
  readonly viewer: Viewer;
  readonly method: MergeMethod;
  /** The head it has to have; absent: whatever it has. */
  readonly sha?: string;
  readonly title?: string;
  readonly message?: string;
}

interface Landing {
  readonly by: string;
  readonly method: MergeMethod;
  /** The base's tip that was judged. */
  readonly base: string;
  readonly title?: string;
  readonly message?: string;
}

interface MergingOptions {
  readonly core: WorldCore;
  readonly readings: Readings;
  readonly pushes: Pushes;
}

const baseModified = "Base branch was modified. Review and try the merge again.";

/** Merges, one at a time in a repository, and only what `refusalsOf` has nothing against. */
export class Merging {
  readonly #options: MergingOptions;

  constructor(options: MergingOptions) {
    this.#options = options;
  }

  /** All that hinders this merge now; empty: GitHub would do it. */
  async refusals(pull: PullState, ask: MergeAsk): Promise<readonly Refusal[]> {
    return refusalsOf(await this.#options.readings.facts(pull), ask);
  }

  /** Answers the merge commit, or throws what `PUT .../merge` answers (scm §1.7). */
  async merge(pull: PullState, order: MergeOrder): Promise<string> {
    const commit = await inTurn(pull.repository, async () => {
      const facts = await this.#options.readings.facts(pull);
      const [first, ...others] = refusalsOf(facts, order);
      // A moved head is told before the rules [U]; what is not open or not permitted before that.
      const early = [first, ...others].find(
        (refusal) => refusal?.cause === "not_open" || refusal?.cause === "permission",
      );
      if (early !== undefined) throw new WorldRefusal(early.status, early.message);
      if (order.sha !== undefined && order.sha !== pull.headOid) {
        throw new WorldRefusal(409, "Head branch was modified. Review and try the merge again.");
      }
      if (first !== undefined) throw new WorldRefusal(first.status, first.message);
      return this.#land(pull, { ...order, by: order.viewer.login, base: facts.base });
    });
    await this.#options.core.settle(pull.repository);
    return commit;
  }

  /** An administrator merges it, rules or not. Throws when it is not open or conflicts. */
  async force(pull: PullState, { by, method = "merge" }: { by: string; method?: MergeMethod }): Promise<string> {
    const commit = await inTurn(pull.repository, async () => {
      const facts = await this.#options.readings.facts(pull);
      if (facts.state !== "OPEN" || facts.conflict) throw new WorldRefusal(405, "Pull Request is not mergeable");
      return this.#land(pull, { by, method, base: facts.base });
    });
    await this.#options.core.settle(pull.repository);
    return commit;
  }

  /** The base is merged into the head branch, or the head is rebased onto it. Answers the new head. Texts: 422 [D]. */
  async updateBranch(
    pull: PullState,
    { viewer, expectedHead, mode = "merge" }: { viewer: Viewer; expectedHead?: string; mode?: "merge" | "rebase" },
  ): Promise<string> {
    const head = await inTurn(pull.repository, async () => {
      const facts = await this.#options.readings.facts(pull);
      if (!viewer.contents) throw new WorldRefusal(403, "Resource not accessible by integration");
      if (expectedHead !== undefined && expectedHead !== pull.headOid) {
        throw new WorldRefusal(422, "expected head sha didn’t match current head ref.");
      }
      if (facts.state !== "OPEN") throw new WorldRefusal(422, "Pull request is not open.");
      if (!facts.behind) throw new WorldRefusal(422, "There are no new commits on the base branch.");
      if (facts.conflict) throw new WorldRefusal(422, "merge conflict between base and head");
      return this.#bringUp(pull, { by: viewer.login, base: facts.base, mode });
    });
    await this.#options.core.settle(pull.repository);
    return head;
  }

  /** For the merge queue, which has its turn already. Throws when git finds a conflict. */
  land(pull: PullState, landing: Landing): Promise<string> {
    return this.#land(pull, landing);
  }

  async #land(pull: PullState, { by, method, base, title, message }: Landing): Promise<string> {
    const { core, pushes } = this.#options;
    const { repository, baseRef } = pull;
    if (repository.git.tip(baseRef) !== base) throw new WorldRefusal(405, baseModified);
    const headline = title ?? defaultTitle(pull, method);
    const commit = await repository.git.merge({
      into: baseRef,
      commit: pull.headOid,
      method,
      message: message === undefined || message === "" ? headline : `${headline}\n\n${message}`,
      author: { name: by, email: `${by}@users.noreply.github.invalid` },
    });
    endPull(core, pull, { by, mergedAs: commit, base });
    await pushes.record(repository, [{ ref: `refs/heads/${baseRef}`, before: base, after: commit, forced: false }], by);
    const branch = headBranchOf(pull);
    if (repository.deleteBranchOnMerge && repository.git.tip(branch) === pull.headOid) {
      await repository.git.setBranch(branch, null);
      await pushes.record(
        repository,
        [{ ref: `refs/heads/${branch}`, before: pull.headOid, after: null, forced: false }],
        by,
      );
    }
    return commit;
  }

  async #bringUp(
    pull: PullState,
    { by, base, mode }: { by: string; base: string; mode: "merge" | "rebase" },
  ): Promise<string> {
    const { git } = pull.repository;
    const branch = headBranchOf(pull);
    const before = pull.headOid;
    const author = { name: by, email: `${by}@users.noreply.github.invalid` };
    const message = `Merge branch '${pull.baseRef}' into ${pull.headRef}`;
    if (mode === "rebase") await git.setBranch(branch, base);
    const commit = mode === "merge" ? base : before;
    const after = await git.merge({ into: branch, commit, method: mode, message, author });
    await this.#options.pushes.record(
      pull.repository,
      [{ ref: `refs/heads/${branch}`, before, after, forced: mode === "rebase" }],
      by,
    );
    return after;
  }
}

function defaultTitle(pull: PullState, method: MergeMethod): string {
  if (method === "squash") return `${pull.title} (#${pull.number})`;
  return `Merge pull request #${pull.number} from ${pull.headOwner}/${pull.headRef}`;
}
