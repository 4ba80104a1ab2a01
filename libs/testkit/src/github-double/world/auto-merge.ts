import { effectiveRules, noRules } from "./branch-rules.ts";
import { refusalsOf } from "./judge/refusals.ts";
import { mergeStateOf } from "./judge/merge-state.ts";
import type { Merging } from "./merging.ts";
import { dropAutoMerge, tellPull, touch } from "./pull-events.ts";
import type { Queue } from "./queue.ts";
import type { Readings } from "./readings.ts";
import type { WorldCore } from "./world-core.ts";
import { WorldRefusal } from "./world-refusal.ts";
import type { MergeMethod, PullState, RepositoryState, Viewer } from "./world-types.ts";

interface AutoMergeOptions {
  readonly core: WorldCore;
  readonly readings: Readings;
  readonly merging: Merging;
  readonly queue: Queue;
}

interface ArmOrder {
  readonly viewer: Viewer;
  readonly method: MergeMethod;
  readonly expectedHead?: string;
}

/** GitHub's own auto-merge (scm §1.6): armed pull requests are merged as soon as nothing hinders it. */
export class AutoMerge {
  readonly #options: AutoMergeOptions;
  readonly #settling = new Set<RepositoryState>();

  constructor(options: AutoMergeOptions) {
    this.#options = options;
  }

  /** Arms it. Refused when it could be merged at once, and without rules that hold it back [I: scm §1.6]. */
  async enable(pull: PullState, { viewer, method, expectedHead }: ArmOrder): Promise<void> {
    const refusal = await this.#refusal(pull, {
      viewer,
      method,
      ...(expectedHead === undefined ? {} : { expectedHead }),
    });
    if (refusal !== null) throw refusal;
    const { core } = this.#options;
    pull.autoMerge = { by: viewer.login, method, enabledAt: core.now() };
    touch(core, pull);
    tellPull(core, pull, { action: "auto_merge_enabled", by: viewer.login });
  }

  disable(pull: PullState, viewer: Viewer): void {
    if (!viewer.contents) throw new WorldRefusal(403, "Resource not accessible by integration");
    if (pull.autoMerge === null) throw new WorldRefusal(422, "Can't disable auto-merge for this pull request");
    dropAutoMerge(this.#options.core, pull, { by: viewer.login, reason: "Disabled by user" });
  }

  /** `viewerCanEnableAutoMerge`. */
  async canEnable(pull: PullState, viewer: Viewer): Promise<boolean> {
    if (pull.autoMerge !== null) return false;
    return (await this.#refusal(pull, { viewer, method: null })) === null;
  }

  /** Every armed pull request that can be merged now is, or enters the queue; one with a conflict is disarmed. */
  async settle(repository: RepositoryState): Promise<void> {
    if (this.#settling.has(repository)) return;
    this.#settling.add(repository);
    try {
      for (const pull of repository.pulls.values()) if (pull.autoMerge !== null) await this.#tryOne(pull);
    } finally {
      this.#settling.delete(repository);
    }
  }

  async #tryOne(pull: PullState): Promise<void> {
    const { core, merging, queue, readings } = this.#options;
    const armed = pull.autoMerge;
    if (armed === null || pull.state !== "OPEN" || pull.queue !== null) return;
    const facts = await readings.facts(pull);
    if (facts.conflict) {
      dropAutoMerge(core, pull, { by: armed.by, reason: "Merge conflict" });
      return;
    }
    const viewer: Viewer = { login: armed.by, contents: true, workflows: true };
    const hindered = refusalsOf(facts, { viewer, method: armed.method }).filter(({ cause }) => cause !== "queue");
    if (hindered.length > 0) return;
    const queued = facts.rules.mergeQueue !== null;
    const act = queued ? queue.enqueue(pull, { viewer }) : merging.merge(pull, { viewer, method: armed.method });
    try {
      await act;
    } catch (error) {
      // Somebody was faster: it stays armed for the next change.
      if (!(error instanceof WorldRefusal)) throw error;
    }
  }

  async #refusal(
    pull: PullState,
    { viewer, method, expectedHead }: { viewer: Viewer; method: MergeMethod | null; expectedHead?: string },
  ): Promise<WorldRefusal | null> {
    const early = earlyRefusal(pull, { viewer, method, ...(expectedHead === undefined ? {} : { expectedHead }) });
    if (early !== null) return early;
    const word = mergeStateOf(await this.#options.readings.facts(pull), { viewer, known: true });
    if (tooEarly.has(word))
      return new WorldRefusal(422, `Pull request Pull request is in ${word.toLowerCase()} status`);
    const ruled = effectiveRules(pull.repository, pull.baseRef) !== noRules;
    return ruled ? null : new WorldRefusal(422, "Protected branch rules not configured for this branch");
  }
}

/** Words of a pull request that is not to be held back, or that no rule will let through. */
const tooEarly = new Set(["CLEAN", "HAS_HOOKS", "UNSTABLE", "DIRTY", "DRAFT"]);

function earlyRefusal(
  { repository, state, headOid }: PullState,
  { viewer, method, expectedHead }: { viewer: Viewer; method: MergeMethod | null; expectedHead?: string },
): WorldRefusal | null {
  if (!viewer.contents) return new WorldRefusal(403, "Resource not accessible by integration");
  if (state !== "OPEN") return new WorldRefusal(422, "Pull request is not open");
  if (!repository.autoMerge) return new WorldRefusal(422, "Auto merge is not allowed for this repository");
  if (method !== null && !repository.mergeMethods.includes(method)) {
    return new WorldRefusal(422, `Merge method ${method} is not allowed on this repository`);
  }
  if (expectedHead === undefined || expectedHead === headOid) return null;
  return new WorldRefusal(422, "Head branch was modified. Review and try again."); // [U]
}
