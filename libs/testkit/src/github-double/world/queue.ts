import type { JsonObject } from "../ports.ts";
import { effectiveRules } from "./branch-rules.ts";
import { inTurn } from "./in-turn.ts";
import { refusalsOf } from "./judge/refusals.ts";
import type { Merging } from "./merging.ts";
import { dropFromQueue, tellPull, touch } from "./pull-events.ts";
import type { Readings } from "./readings.ts";
import type { WorldCore } from "./world-core.ts";
import { WorldRefusal } from "./world-refusal.ts";
import type { PullState, QueueEntryState, RepositoryState, Viewer } from "./world-types.ts";

interface QueueOptions {
  readonly core: WorldCore;
  readonly readings: Readings;
  readonly merging: Merging;
}

interface EnqueueOrder {
  readonly viewer: Viewer;
  readonly expectedHead?: string;
  readonly jump?: boolean;
}

/** Why a pull request left the queue, as `pull_request.dequeued` says it (scm §1.5). */
type EjectReason =
  | "CI_FAILURE"
  | "CI_TIMEOUT"
  | "MERGE_CONFLICT"
  | "MANUAL"
  | "BRANCH_PROTECTIONS"
  | "QUEUE_CLEARED"
  | "GIT_TREE_INVALID";

const robot = "github-merge-queue[bot]";
// Known by a method of its own, or not asked of an entry.
const notAsked = new Set(["queue", "method", "branch_method", "linear", "behind"]);

/** Merge queues, one a branch. Nothing in them moves by itself: `advance` is GitHub's own work, done when a test wants it. */
export class Queue {
  readonly #options: QueueOptions;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** Enters the queue, or throws. Texts of refusals are not known (scm §9.4 [U]); the head is checked first. */
  enqueue(pull: PullState, { viewer, expectedHead, jump = false }: EnqueueOrder): Promise<QueueEntryState> {
    return inTurn(pull.repository, async () => {
      const { core, readings } = this.#options;
      const facts = await readings.facts(pull);
      if (facts.rules.mergeQueue === null) throw new WorldRefusal(422, "Merge queue is not enabled for this branch");
      if (expectedHead !== undefined && expectedHead !== pull.headOid) {
        throw new WorldRefusal(422, "Head branch was modified. Review and try again.");
      }
      if (pull.queue !== null) throw new WorldRefusal(422, "Pull request is already in the merge queue");
      const refusal = refusalsOf(facts, { viewer, method: null }).find(({ cause }) => !notAsked.has(cause));
      if (refusal !== undefined) throw new WorldRefusal(refusal.status === 403 ? 403 : 422, refusal.message);
      const id = core.nextId();
      const entry: QueueEntryState = {
        id,
        nodeId: `MQE_${id}`,
        state: "QUEUED",
        by: viewer.login,
        headOid: pull.headOid,
        enqueuedAt: core.now(),
        jump,
      };
      pull.queue = entry;
      touch(core, pull);
      tellPull(core, pull, { action: "enqueued", by: viewer.login });
      return entry;
    });
  }

  /** Takes it out again. */
  dequeue(pull: PullState, by: string): QueueEntryState {
    const entry = pull.queue;
    if (entry === null) throw new WorldRefusal(422, "Pull request is not in the merge queue");
    this.eject(pull, "MANUAL", by);
    return entry;
  }

  /** The queue throws it out, for this reason. */
  eject(pull: PullState, reason: EjectReason, by = robot): void {
    if (pull.queue === null) return;
    this.#tellGroup(pull, "destroyed", { reason: "dequeued" });
    dropFromQueue(this.#options.core, pull, { by, reason });
  }

  /** Pull requests in the queue of a branch, first in line first. */
  entries(repository: RepositoryState, branch: string): readonly PullState[] {
    return [...repository.pulls.values()]
      .filter(({ baseRef, queue }) => baseRef === branch && queue !== null)
      .toSorted((a, b) => rank(a) - rank(b));
  }

  /** 1 for the first in line; 0 for who is not in. */
  position(pull: PullState): number {
    return this.entries(pull.repository, pull.baseRef).indexOf(pull) + 1;
  }

  /**
   * One step for everyone: QUEUED, AWAITING_CHECKS, MERGEABLE; the first in line lands when it is MERGEABLE. With the queue's
   * method, not the asker's (scm §1.5).
   */
  async advance(repository: RepositoryState, branch: string): Promise<void> {
    await inTurn(repository, async () => {
      const [first, ...others] = this.entries(repository, branch);
      if (first === undefined) return;
      if (first.queue?.state === "MERGEABLE") await this.#land(first);
      else this.#step(first);
      for (const pull of others) if (pull.queue?.state !== "MERGEABLE") this.#step(pull);
    });
    await this.#options.core.settle(repository);
  }

  #step(pull: PullState): void {
    const entry = pull.queue;
    if (entry === null) return;
    if (entry.state === "QUEUED") {
      entry.state = "AWAITING_CHECKS";
      this.#tellGroup(pull, "checks_requested", {});
    } else if (entry.state === "AWAITING_CHECKS") entry.state = "MERGEABLE";
  }

  async #land(pull: PullState): Promise<void> {
    const facts = await this.#options.readings.facts(pull);
    if (facts.conflict) {
      this.eject(pull, "MERGE_CONFLICT");
      return;
    }
    const method = effectiveRules(pull.repository, pull.baseRef).mergeQueue ?? "merge";
    this.#tellGroup(pull, "destroyed", { reason: "merged" });
    await this.#options.merging.land(pull, { by: robot, method, base: facts.base });
  }

  #tellGroup(pull: PullState, action: string, more: JsonObject): void {
    const { repository, baseRef, headOid, number } = pull;
    const base = repository.git.tip(baseRef);
    this.#options.core.emit({
      event: "merge_group",
      action,
      repositoryId: repository.id,
      installation: null,
      sender: robot,
      parts: () => ({
        ...more,
        merge_group: {
          head_sha: headOid,
          head_ref: `refs/heads/gh-readonly-queue/${baseRef}/pr-${number}-${base ?? ""}`,
          base_sha: base,
          base_ref: `refs/heads/${baseRef}`,
        },
      }),
    });
  }
}

/** Who jumps is before who does not; else in order of coming. */
function rank({ queue }: PullState): number {
  if (queue === null) return Number.MAX_SAFE_INTEGER;
  return queue.jump ? queue.id - Number.MAX_SAFE_INTEGER / 2 : queue.id;
}
