import type { JsonObject } from "../ports.ts";
import { pullDetailJson } from "../rest/json/pull-json.ts";
import type { WorldCore } from "./world-core.ts";
import type { PullState } from "./world-types.ts";

interface PullEvent {
  /** Default "pull_request". */
  readonly event?: string;
  readonly action: string;
  readonly by: string;
  readonly more?: () => JsonObject;
}

/** Tells of something that happened to a pull request. */
export function tellPull(
  core: WorldCore,
  pull: PullState,
  { event = "pull_request", action, by, more }: PullEvent,
): void {
  core.emit({
    event,
    action,
    repositoryId: pull.repository.id,
    installation: null,
    sender: by,
    parts: () => ({ number: pull.number, pull_request: pullDetailJson(core.json, pull), ...more?.() }),
  });
}

/** The pull request is changed now. */
export function touch(core: WorldCore, pull: PullState): void {
  pull.updatedAt = core.now();
}

interface PullEnd {
  readonly by: string;
  /** The commit it landed as; null: it was closed. */
  readonly mergedAs: string | null;
  /** The base's tip before. */
  readonly base: string | null;
}

/** The pull request is over, merged or closed, and out of queue and auto-merge. Tells of it. */
export function endPull(core: WorldCore, pull: PullState, { by, mergedAs, base }: PullEnd): void {
  const now = core.now();
  pull.state = mergedAs === null ? "CLOSED" : "MERGED";
  pull.closedBaseOid = base;
  pull.closedAt = now;
  pull.mergedAt = mergedAs === null ? null : now;
  pull.mergedBy = mergedAs === null ? null : by;
  pull.mergeCommit = mergedAs;
  pull.autoMerge = null;
  pull.queue = null;
  touch(core, pull);
  tellPull(core, pull, { action: "closed", by });
}

/** Auto-merge is off. `reason` is GitHub's text [U]. */
export function dropAutoMerge(core: WorldCore, pull: PullState, { by, reason }: { by: string; reason: string }): void {
  if (pull.autoMerge === null) return;
  pull.autoMerge = null;
  touch(core, pull);
  tellPull(core, pull, { action: "auto_merge_disabled", by, more: () => ({ reason }) });
}

/** It is out of the merge queue, and out of auto-merge, which is silent for people (scm §1.5). */
export function dropFromQueue(core: WorldCore, pull: PullState, { by, reason }: { by: string; reason: string }): void {
  if (pull.queue === null) return;
  pull.queue = null;
  touch(core, pull);
  tellPull(core, pull, { action: "dequeued", by, more: () => ({ reason }) });
  dropAutoMerge(core, pull, { by, reason: "The pull request was removed from the merge queue." });
}
