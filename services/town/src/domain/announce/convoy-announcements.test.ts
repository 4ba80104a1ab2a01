import { findEvent } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { announce } from "../announce.ts";
import { aConvoy, anIssue, aRequest, aSnapshot, head } from "../builders.ts";
import type { Change } from "../change.ts";
import { remember } from "../history.ts";

const snapshot = aSnapshot({ beads: [aConvoy("hq-9", ["gt-1", "gt-3"]), anIssue("gt-1"), aRequest("gt-2", "gt-1")] });
const about = { bead: "hq-9", rig: "web" };

const told: readonly [Change, string, string, object][] = [
  [
    { type: "convoy.created", bead: "hq-9" },
    "town.convoy.created",
    "bead/hq-9",
    { convoy: "hq-9", title: "Title of hq-9", mergeMode: "review-then-land", staged: false, beads: ["gt-1", "gt-3"] },
  ],
  [{ type: "convoy.started", bead: "hq-9" }, "town.convoy.started", "bead/hq-9", { convoy: "hq-9" }],
  [
    { type: "convoy.changed", bead: "hq-9", added: ["gt-1"], removed: ["gt-4"] },
    "town.convoy.changed",
    "bead/hq-9",
    { convoy: "hq-9", added: ["gt-1"], removed: ["gt-4"] },
  ],
  [
    { type: "convoy.progressed", bead: "hq-9", closed: 1, failed: 0 },
    "town.convoy.progressed",
    "bead/hq-9",
    { convoy: "hq-9", closed: 1, failed: 0, total: 2 },
  ],
  [
    { type: "landing.requested", ...about, request: "gt-5", attempt: 2 },
    "town.convoy.landing-requested",
    "bead/hq-9",
    { convoy: "hq-9", rig: "web", request: "gt-5", attempt: 2 },
  ],
  [{ type: "landing.landed", ...about }, "town.convoy.rig-landed", "bead/hq-9", { convoy: "hq-9", rig: "web" }],
  [
    { type: "landing.suppressed", ...about, attempt: 3 },
    "town.reconciler.respawn_suppressed",
    "bead/hq-9",
    { convoyId: "hq-9", rig: "web", suppressedAttempt: 3 },
  ],
  [
    { type: "convoy.landed", bead: "hq-9", partial: true },
    "town.convoy.landed",
    "bead/hq-9",
    { convoy: "hq-9", partial: true },
  ],
  [
    { type: "convoy.failed", bead: "hq-9", code: "c", reason: "r" },
    "town.convoy.failed",
    "bead/hq-9",
    { convoy: "hq-9", code: "c", reason: "r" },
  ],
  [
    { type: "approval.awaited", bead: "gt-2", source: "gt-1", since: 0, causes: ["1 of 2"] },
    "town.pr.awaiting_approval_detected",
    "bead/gt-1",
    { bead: "gt-2", source: "gt-1", since: "1970-01-01T00:00:00.000Z", causes: ["1 of 2"] },
  ],
  [
    { type: "approval.resolved", bead: "gt-2", source: null, waitedMs: 5, state: "ready" },
    "town.pr.awaiting_approval_resolved",
    "bead/gt-2",
    { bead: "gt-2", source: null, waitedMs: 5, state: "ready" },
  ],
];

const untold: readonly [Change, readonly string[]][] = [
  [{ type: "branch.asked", ...about }, ["hq-9"]],
  [{ type: "branch.reported", ...about, state: "ready", reason: null }, ["hq-9"]],
  [{ type: "request.stuck", bead: "gt-2", code: "c", reason: "r", head: null }, ["gt-2"]],
  [{ type: "request.freed", bead: "gt-2" }, ["gt-2"]],
  [{ type: "fixup.requested", bead: "gt-2", fixup: "gt-8", why: "conflict", head: head("1") }, ["gt-2", "gt-8"]],
  [{ type: "fixup.completed", bead: "gt-2", fixup: "gt-8", head: head("2"), summary: "s" }, ["gt-2", "gt-8"]],
  [{ type: "adoption.told", bead: "gt-2", branch: "a", target: "b" }, ["gt-2"]],
];

describe("announce, of convoys", () => {
  it.each(told)("tells of $type as $1, with data that keep to the contract", (change, type, subject, data) => {
    const said = announce(change, snapshot);
    expect(said).toMatchObject({ event: { type }, subject });
    expect(said?.data).toEqual(data);
    expect(findEvent(type)?.data.safeParse(said?.data).error).toBeUndefined();
  });

  it.each(untold)("tells nobody of $type, but remembers it", (change, beads) => {
    expect(announce(change, snapshot)).toBeNull();
    expect(remember(change)?.beads).toEqual(beads);
  });

  it("remembers who joined and left under each of them", () => {
    const change = { type: "convoy.changed", bead: "hq-9", added: ["gt-1"], removed: ["gt-4"] } as const;
    expect(remember(change)?.beads).toEqual(["hq-9", "gt-1", "gt-4"]);
  });
});
