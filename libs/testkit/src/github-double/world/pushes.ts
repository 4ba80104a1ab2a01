import type { RefUpdate } from "../ports.ts";
import { effectiveRules } from "./branch-rules.ts";
import type { Repositories } from "./repositories.ts";
import { dropAutoMerge, dropFromQueue, endPull, tellPull, touch } from "./pull-events.ts";
import type { WorldCore } from "./world-core.ts";
import type { PullState, RepositoryState } from "./world-types.ts";

const zero = "0".repeat(40);

/**
 * What follows from refs that moved, whoever moved them: a commit made by a test, a real push over HTTP, a merge. Webhooks
 * `push`, `create`, `delete`; `synchronize` and what a new head takes away; closed and indirectly merged pull requests.
 */
export class Pushes {
  readonly #core: WorldCore;
  readonly #repositories: Repositories;

  constructor(core: WorldCore, repositories: Repositories) {
    this.#core = core;
    this.#repositories = repositories;
  }

  /** The refs have moved already. */
  async record(repository: RepositoryState, updates: readonly RefUpdate[], by: string): Promise<void> {
    // GitHub tells of no push that carries more than three tags (scm §3.2.11 [D]).
    const tags = updates.filter(({ ref }) => ref.startsWith("refs/tags/"));
    for (const update of updates) {
      if (tags.length <= 3 || !tags.includes(update)) this.#tell(repository, update, by);
      if (update.ref.startsWith("refs/heads/")) await this.#branchMoved(repository, update, by);
    }
  }

  async #branchMoved(repository: RepositoryState, update: RefUpdate, by: string): Promise<void> {
    const branch = update.ref.slice("refs/heads/".length);
    for (const pull of repository.pulls.values()) {
      if (pull.state !== "OPEN") continue;
      if (headBranchOf(pull) === branch) await this.#headMoved(pull, update, by);
      else if (pull.baseRef === branch) await this.#baseMoved(pull, update, by);
    }
  }

  async #headMoved(pull: PullState, update: RefUpdate, by: string): Promise<void> {
    if (update.after === null) {
      endPull(this.#core, pull, { by, mergedAs: null, base: pull.repository.git.tip(pull.baseRef) });
      return;
    }
    const now = this.#core.now();
    pull.headOid = update.after;
    pull.heads.push({ oid: update.after, at: now });
    pull.lastPusher = by;
    touch(this.#core, pull);
    this.#takeAway(pull, by);
    await pull.repository.git.publishPull(pull.number, update.after);
    tellPull(this.#core, pull, {
      action: "synchronize",
      by,
      more: () => ({ before: update.before, after: update.after }),
    });
  }

  /** Approvals where rules say so (any new head counts as a changed diff here [U]), auto-merge of outsiders (scm §1.6), the queue. */
  #takeAway(pull: PullState, by: string): void {
    if (effectiveRules(pull.repository, pull.baseRef).dismissStale) {
      for (const review of pull.reviews) if (review.state === "APPROVED") review.state = "DISMISSED";
    }
    dropFromQueue(this.#core, pull, { by, reason: "UNKNOWN_REMOVAL_REASON" });
    if (!by.endsWith("[bot]") && !this.#repositories.isWriter(pull.repository, by)) {
      dropAutoMerge(this.#core, pull, { by, reason: "Head branch was pushed to by a user without write access" });
    }
  }

  /** A base that has all of the head now has merged it, whoever pushed (scm §3.2.12 [D]); a base that is gone closes it. */
  async #baseMoved(pull: PullState, update: RefUpdate, by: string): Promise<void> {
    if (update.after === null) {
      endPull(this.#core, pull, { by, mergedAs: null, base: update.before });
      return;
    }
    const { git } = pull.repository;
    if (update.before !== null && (await git.contains(update.before, pull.headOid))) return;
    if (await git.contains(update.after, pull.headOid)) {
      endPull(this.#core, pull, { by, mergedAs: update.after, base: update.before });
    }
  }

  #tell(repository: RepositoryState, { ref, before, after, forced }: RefUpdate, by: string): void {
    const at = { repositoryId: repository.id, installation: null, sender: by };
    const [, kind = "heads", ...rest] = ref.split("/");
    const refType = kind === "tags" ? "tag" : "branch";
    const created = before === null;
    const deleted = after === null;
    const pusher = { name: by, email: null };
    if (created || deleted) {
      this.#core.emit({
        ...at,
        event: created ? "create" : "delete",
        action: null,
        parts: () => ({ ref: rest.join("/"), ref_type: refType, pusher_type: "user" }),
      });
    }
    this.#core.emit({
      ...at,
      event: "push",
      action: null,
      parts: () => ({
        ref,
        before: before ?? zero,
        after: after ?? zero,
        created,
        deleted,
        forced,
        base_ref: null,
        compare: `${before ?? zero}...${after ?? zero}`,
        pusher,
        commits: [],
        head_commit: after === null ? null : { id: after, message: "", added: [], removed: [], modified: [] },
      }),
    });
  }
}

/** The branch in the repository's git that a pull request comes from; forks share the git of their base in this double. */
export function headBranchOf(pull: Pick<PullState, "headOwner" | "headRef" | "repository">): string {
  return pull.headOwner === pull.repository.owner ? pull.headRef : forkBranch(pull.headOwner, pull.headRef);
}

/** Where a fork's branch is kept. */
export function forkBranch(owner: string, ref: string): string {
  return `fork/${owner}/${ref}`;
}
