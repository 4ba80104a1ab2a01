import { findEvent } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { announce } from "./announce.ts";
import { anAgent, anIssue, aPull, aRequest, aRig, aSnapshot, head } from "./builders.ts";
import type { Change } from "./change.ts";
import { remember } from "./history.ts";

const snapshot = aSnapshot({ beads: [anIssue("gt-1"), aRequest("gt-2", "gt-1")] });
const trace = { correlation: "c", traceparent: null };

const told: readonly [Change, string, string | null][] = [
  [{ type: "town.created", town: "demo", name: "Demo", policyOverride: {}, model: null }, "town.town.created", null],
  [{ type: "town.updated", changed: { name: "x" } }, "town.town.updated", null],
  [{ type: "rig.added", rig: aRig() }, "town.rig.added", "rig/web"],
  [
    {
      type: "rig.reported",
      rig: "web",
      from: "registering",
      to: "ready",
      defaultBranch: "main",
      cloneUrl: null,
      reason: null,
    },
    "town.rig.state-changed",
    "rig/web",
  ],
  [{ type: "bead.created", bead: anIssue("gt-3", { dependsOn: ["gt-1"] }) }, "town.bead.created", "bead/gt-3"],
  [{ type: "bead.created", bead: aRequest("gt-2", "gt-1") }, "town.bead.created", "bead/gt-2"],
  [{ type: "bead.updated", bead: "gt-1", changed: { body: "new", blocked: true } }, "town.bead.updated", "bead/gt-1"],
  [{ type: "bead.updated", bead: "gt-1", changed: { title: "new" } }, "town.bead.updated", "bead/gt-1"],
  [
    { type: "bead.status-changed", bead: "gt-1", from: "open", to: "closed", reason: "r" },
    "town.bead.status-changed",
    "bead/gt-1",
  ],
  [{ type: "bead.assigned", bead: "gt-1", agent: "gt-21" }, "town.bead.assigned", "bead/gt-1"],
  [
    { type: "bead.released", bead: "gt-1", agent: "gt-21", reason: "r", setback: false },
    "town.bead.released",
    "bead/gt-1",
  ],
  [{ type: "bead.unblocked", bead: "gt-1" }, "town.bead.unblocked", "bead/gt-1"],
  [{ type: "bead.slung", bead: "gt-1", trace }, "town.bead.updated", "bead/gt-1"],
  [{ type: "bead.slung", bead: "gt-2", trace }, "town.bead.updated", "bead/gt-2"],
  [{ type: "mail.sent", bead: "gt-4", to: "gt-21", subject: "s" }, "town.mail.sent", "bead/gt-4"],
  [{ type: "mail.delivered", agent: "gt-21", beads: ["gt-4"] }, "town.mail.delivered", "agent/gt-21"],
  [{ type: "escalation.raised", bead: "hq-5", severity: "high", title: "t" }, "town.escalation.raised", "bead/hq-5"],
  [{ type: "agent.registered", agent: anAgent("gt-21") }, "town.agent.registered", "agent/gt-21"],
  [
    { type: "agent.dispatched", agent: "gt-21", bead: "gt-1", generation: 1, attempt: 1, branch: "b" },
    "town.agent.dispatched",
    "bead/gt-1",
  ],
  [
    { type: "agent.status-changed", agent: "gt-21", from: "idle", to: "working", reason: "r" },
    "town.agent.status-changed",
    "agent/gt-21",
  ],
  [
    { type: "agent.checkpointed", agent: "gt-21", bead: "gt-1", data: { a: 1 } },
    "town.agent.checkpointed",
    "bead/gt-1",
  ],
  [{ type: "review.requested", bead: "gt-2", source: "gt-1", head: head("1") }, "town.review.requested", "bead/gt-1"],
  [
    {
      type: "review.completed",
      bead: "gt-2",
      source: "gt-1",
      agent: "gt-22",
      verdict: "approved",
      head: head("1"),
      summary: "s",
    },
    "town.review.completed",
    "bead/gt-1",
  ],
  [
    { type: "merge.requested", bead: "gt-2", source: "gt-1", pull: 3, head: head("1") },
    "town.merge.requested",
    "bead/gt-1",
  ],
  [
    { type: "rework.requested", bead: "gt-1", request: "gt-2", round: 1, reason: "r", feedback: "f", head: head("1") },
    "town.rework.requested",
    "bead/gt-1",
  ],
];

const untold: readonly Change[] = [
  { type: "rig.asked", rig: "web" },
  { type: "rig.reported", rig: "web", from: "ready", to: "ready", defaultBranch: "main", cloneUrl: null, reason: null },
  { type: "agent.start-asked", agent: "gt-21" },
  { type: "agent.unhooked", agent: "gt-21", bead: "gt-1" },
  { type: "agent.reported", agent: "gt-21", state: "running", reason: "", seenAt: 1 },
  { type: "agent.seen", agent: "gt-21", aliveAt: 1, activeAt: null, tokens: 0, microUsd: 0, busy: false },
  { type: "agent.lost", agent: "gt-21" },
  { type: "agent.stop-asked", agent: "gt-21" },
  { type: "agent.said", agent: "gt-21", message: "m" },
  { type: "work.handed-in", bead: "gt-1", request: "gt-2", head: null, summary: "s" },
  { type: "pull.asked", bead: "gt-2" },
  { type: "pull.reported", bead: "gt-2", pull: aPull(), current: true },
  { type: "pull.close-asked", bead: "gt-2" },
  { type: "review.withdrawn", bead: "gt-2", reason: "r" },
  { type: "review.told", bead: "gt-2" },
  { type: "review.parked", bead: "gt-2" },
];

describe("announce", () => {
  it.each(told)("tells of $type as $1, with data that keep to the contract", (change, type, subject) => {
    const said = announce(change, snapshot);
    expect(said).toMatchObject({ event: { type }, subject });
    expect(findEvent(type)?.data.safeParse(said?.data).error).toBeUndefined();
  });

  it.each(untold)("tells nobody of $type", (change) => {
    expect(announce(change, snapshot)).toBeNull();
  });

  it("keeps events small, and what is ours to itself", () => {
    const created = announce(
      { type: "bead.created", bead: anIssue("gt-3", { body: "é".repeat(100_000), dependsOn: ["gt-1"] }) },
      snapshot,
    );
    expect(JSON.stringify(created?.data).length).toBeLessThan(70_000);
    expect(created?.data).toMatchObject({ view: { blockedBy: ["gt-1"] } });
    expect(
      announce({ type: "bead.updated", bead: "gt-1", changed: { title: "n", blocked: true } }, snapshot)?.data,
    ).toEqual({ bead: "gt-1", changed: { title: "n" } });
  });
});

describe("remember", () => {
  it.each([
    ["town.created", []],
    ["rig.added", []],
    ["bead.created", ["gt-3"]],
    ["bead.assigned", ["gt-1", "gt-21"]],
    ["bead.slung", ["gt-1"]],
    ["mail.sent", ["gt-4", "gt-21"]],
    ["mail.delivered", ["gt-21", "gt-4"]],
    ["agent.registered", ["gt-21"]],
    ["agent.status-changed", ["gt-21"]],
    ["agent.seen", []],
    ["agent.said", []],
    ["agent.checkpointed", ["gt-1"]],
    ["work.handed-in", ["gt-1", "gt-2"]],
    ["pull.reported", ["gt-2"]],
    ["review.completed", ["gt-2", "gt-1"]],
    ["rework.requested", ["gt-1", "gt-2"]],
  ])("keeps %s under %j", (type, beads) => {
    const change = [...told.map(([c]) => c), ...untold].find((c) => c.type === type);
    expect(change).toBeDefined();
    expect(change === undefined ? [] : (remember(change)?.beads ?? [])).toEqual(beads);
  });

  it("says all a change says, but for what is in its bead", () => {
    expect(remember({ type: "bead.status-changed", bead: "gt-1", from: "open", to: "closed", reason: "r" })).toEqual({
      beads: ["gt-1"],
      type: "bead.status-changed",
      data: { from: "open", to: "closed", reason: "r" },
    });
    const { causes: _, ...pull } = aPull();
    expect(remember({ type: "pull.reported", bead: "gt-2", pull: aPull(), current: true })?.data).toEqual({
      ...pull,
      current: true,
    });
  });
});
