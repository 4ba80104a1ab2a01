import type { MergeRequest, Pull } from "./bead.ts";
import { isEnded } from "./bead.ts";
import type { Change } from "./change.ts";
import { landedBy } from "./convoys.ts";
import type { TownState } from "./state.ts";
import { epochMs } from "./time.ts";

/**
 * What begins or ends with a new view of the pull request: one wait for a person, told once when it begins and once when it
 * ends, with how long it really was (R9, W6). Both ends are by the forge's clock. A `stale_read` says nothing about it.
 */
export function waitChanges(state: TownState, bead: MergeRequest, pull: Pull): Change[] {
  const { awaitingSince } = bead.request;
  if (pull.state === "stale_read") return [];
  if (pull.state !== "awaiting_approval") return awaitingSince === null ? [] : [resolved(bead, pull, awaitingSince)];
  return awaitingSince !== null || isEnded(bead) ? [] : begun(state, bead, pull);
}

/** The same when it ends because nobody follows the pull request any more, at `now`. */
export function waitLeft({ bead, request }: MergeRequest, now: number): Change[] {
  const { awaitingSince, source, pull } = request;
  if (awaitingSince === null || pull === null) return [];
  const waitedMs = Math.max(0, now - awaitingSince);
  return [{ type: "approval.resolved", bead, source, waitedMs, state: pull.state }];
}

function begun(state: TownState, bead: MergeRequest, pull: Pull): Change[] {
  const { source } = bead.request;
  const causes = pull.causes.filter((cause) => cause.state === pull.state).map(({ message }) => message);
  const awaited: Change = { type: "approval.awaited", bead: bead.bead, source, since: epochMs(pull.since), causes };
  const convoy = landedBy(state, bead);
  const landing = convoy?.landings.find(({ rig }) => rig === bead.rig);
  if (convoy === undefined || landing === undefined) return [awaited];
  const suppressed = { bead: convoy.bead, rig: landing.rig, attempt: landing.attempts + 1 };
  return [awaited, { type: "landing.suppressed", ...suppressed }];
}

function resolved({ bead, request }: MergeRequest, { state, since }: Pull, awaitingSince: number): Change {
  const waitedMs = Math.max(0, epochMs(since) - awaitingSince);
  return { type: "approval.resolved", bead, source: request.source, waitedMs, state };
}
