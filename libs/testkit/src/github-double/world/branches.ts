import type { CommitWish, RefUpdate } from "../ports.ts";
import { forkBranch, type Pushes } from "./pushes.ts";
import type { WorldCore } from "./world-core.ts";
import { WorldRefusal } from "./world-refusal.ts";
import type { RepositoryState } from "./world-types.ts";

interface BranchCommit extends CommitWish {
  /** The account whose token pushes. Default: the repository's owner. */
  readonly by?: string;
  /** The owner of the fork the branch is in. */
  readonly fork?: string;
  /** With a verified signature. */
  readonly signed?: boolean;
}

/** Branches and commits, as people make them without this process's API. */
export class Branches {
  readonly #core: WorldCore;
  readonly #pushes: Pushes;

  constructor(core: WorldCore, pushes: Pushes) {
    this.#core = core;
    this.#pushes = pushes;
  }

  /** One commit on the tip of a branch, which is made if need be, as one push. Answers the commit. */
  async commit(repository: RepositoryState, wish: BranchCommit): Promise<string> {
    const { by = repository.owner, fork, signed = false, ...commit } = wish;
    const branch = fork === undefined ? wish.branch : forkBranch(fork, wish.branch);
    const before = repository.git.tip(branch);
    const after = await repository.git.commit({ ...commit, branch });
    if (signed) repository.signed.add(after);
    await this.#moved(repository, { ref: `refs/heads/${branch}`, before, after, forced: false }, by);
    return after;
  }

  /** The branch is at this commit; forced when that takes commits away. */
  async move(repository: RepositoryState, branch: string, { oid, by }: { oid: string; by: string }): Promise<void> {
    const before = repository.git.tip(branch);
    const forced = before !== null && !(await repository.git.contains(oid, before));
    await repository.git.setBranch(branch, oid);
    await this.#moved(repository, { ref: `refs/heads/${branch}`, before, after: oid, forced }, by);
  }

  /** The branch is gone; 422 when it was not there, as GitHub says [D]. */
  async remove(repository: RepositoryState, branch: string, by = repository.owner): Promise<void> {
    const before = repository.git.tip(branch);
    if (before === null) throw new WorldRefusal(422, "Reference does not exist");
    await repository.git.setBranch(branch, null);
    await this.#moved(repository, { ref: `refs/heads/${branch}`, before, after: null, forced: false }, by);
  }

  /** These branches were pushed to by this person. */
  async pushed(repository: RepositoryState, updates: readonly RefUpdate[], by: string): Promise<void> {
    await this.#pushes.record(repository, updates, by);
    await this.#core.settle(repository);
  }

  #moved(repository: RepositoryState, update: RefUpdate, by: string): Promise<void> {
    return this.pushed(repository, [update], by);
  }
}
