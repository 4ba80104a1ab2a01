import { gatherFacts, baseOf } from "./gather-facts.ts";
import { mergeStateOf, mergeableOf, type Mergeable } from "./judge/merge-state.ts";
import { reviewDecision, type ReviewDecision } from "./judge/review-decision.ts";
import type { PullFacts } from "./judge/pull-facts.ts";
import type { Repositories } from "./repositories.ts";
import type { WorldCore } from "./world-core.ts";
import type { MergeStateWord, PullState, Viewer } from "./world-types.ts";

export interface PullReading {
  readonly facts: PullFacts;
  readonly mergeable: Mergeable;
  readonly mergeStateStatus: MergeStateWord;
  readonly reviewDecision: ReviewDecision | null;
}

/** What a replica knows of a pull request, which may be a while behind (scm §1.9 [I]). */
export interface SeenPull {
  readonly head: string;
  readonly state: PullState["state"];
  readonly updatedAt: number;
}

/** Pull requests as an asking token reads them. */
export class Readings {
  readonly #core: WorldCore;
  readonly #repositories: Repositories;

  constructor(core: WorldCore, repositories: Repositories) {
    this.#core = core;
    this.#repositories = repositories;
  }

  /** Head, state and time of change as reads tell them; they are late while `staleReplicaMs` is set. */
  seen(pull: PullState): SeenPull {
    const { staleReplicaMs } = this.#core.faults;
    const moment = this.#core.now() - staleReplicaMs;
    const head = pull.heads.findLast(({ at }) => at <= moment) ?? pull.heads[0];
    const ended = pull.closedAt !== null && (staleReplicaMs === 0 || pull.closedAt <= moment);
    const fresh = staleReplicaMs === 0 || head === undefined;
    const oid = fresh ? pull.headOid : head.oid;
    const state = ended ? pull.state : "OPEN";
    const isTrue = oid === pull.headOid && state === pull.state;
    return { head: oid, state, updatedAt: isTrue || head === undefined ? pull.updatedAt : head.at };
  }

  /** One reading. It starts the background job of mergeability, if this asker does, and answers UNKNOWN until that ends. */
  async read(pull: PullState, { viewer, asker }: { viewer: Viewer; asker: "rest" | "graphql" }): Promise<PullReading> {
    const seen = this.seen(pull);
    const known = this.#knows(pull, { head: seen.head, asker });
    const facts = await this.facts(pull, seen);
    return {
      facts,
      mergeable: mergeableOf(facts, known),
      mergeStateStatus: mergeStateOf(facts, { viewer, known }),
      reviewDecision: reviewDecision(facts),
    };
  }

  /** The facts as they are, or as they are seen. */
  facts(pull: PullState, seen?: SeenPull): Promise<PullFacts> {
    const isWriter = this.#repositories.isWriter.bind(this.#repositories);
    return gatherFacts(pull, { isWriter, ...(seen === undefined ? {} : { seen }) });
  }

  #knows(pull: PullState, { head, asker }: { head: string; asker: "rest" | "graphql" }): boolean {
    const { delayMs, startedBy } = this.#core.mergeability;
    const now = this.#core.now();
    const base = baseOf(pull);
    const job = pull.mergeability;
    if (job?.base === base && job.head === head) return now >= job.readyAt;
    if (startedBy !== "any" && startedBy !== asker) return false;
    pull.mergeability = { base, head, readyAt: now + delayMs };
    return delayMs === 0;
  }
}
