import {
  beadAssigned,
  beadCreated,
  beadStatusChanged,
  type BeadView,
  type Envelope,
  type Event,
  pullMerged,
} from "@gastown/contracts";
import { expect, test } from "vitest";
import { Story } from "./story.ts";

const time = (second: number) => `2026-11-22T10:00:${String(second).padStart(2, "0")}.000Z`;
function event(descriptor: Event, data: unknown, second: number): Envelope {
  return {
    specversion: "1.0",
    id: "e1",
    type: descriptor.type,
    source: "/town",
    time: time(second),
    datacontenttype: "application/json",
    dataschema: "x",
    townid: "demo",
    actor: "rule:x",
    correlationid: "c1",
    data,
  };
}
function bead(id: string, over: Partial<BeadView>): BeadView {
  const at = time(0);
  const empty = { rig: "sample", parent: null, assignee: null, failure: null, closedAt: null, mergeRequest: null };
  const counts = { attempts: 0, setbacks: 0, reworkRounds: 0, labels: [], dependsOn: [], blockedBy: [], held: false };
  const belongs = { kind: "task", convoy: null, molecule: null, step: null, triage: null, escalation: null } as const;
  const spent = { dispatches: 0, agentMs: 0, tokens: 0, microUsd: 0 };
  return {
    bead: id,
    type: "issue",
    status: "open",
    title: "Do it",
    body: "",
    priority: "medium",
    createdBy: "user:x",
    createdAt: at,
    updatedAt: at,
    ...empty,
    ...belongs,
    spent,
    ...counts,
    ...over,
  };
}
const commit = "a".repeat(40);
const mergeRequest = {
  source: "sa-1",
  branch: "gt/x/sa-1",
  target: "main",
  head: null,
  pull: null,
  url: null,
  state: null,
  causes: [],
  review: "none" as const,
  mergeCommit: null,
  awaitingSince: null,
  adopted: false,
};

test("what happens to a merge request is told of the bead it is for, and times are kept", () => {
  const story = new Story();
  const told = [
    event(beadCreated, { bead: "sa-1", view: bead("sa-1", { dependsOn: ["sa-0"] }) }, 1),
    event(beadAssigned, { bead: "sa-1", agent: "sa-5" }, 2),
    event(beadStatusChanged, { bead: "sa-1", from: "in_progress", to: "in_review", reason: "done" }, 7),
    event(beadCreated, { bead: "sa-3", view: bead("sa-3", { type: "merge_request", mergeRequest }) }, 7),
    event(beadStatusChanged, { bead: "sa-3", from: "open", to: "in_progress", reason: "dispatched" }, 8),
    event(
      pullMerged,
      { bead: "sa-3", rig: "sample", number: 1, headCommit: commit, mergeCommit: commit, base: "main" },
      9,
    ),
  ].map((one) => story.tell(one));
  expect(told.map((line) => line && `${line.bead} ${line.text}`)).toEqual([
    "sa-1 created: Do it, after sa-0",
    "sa-1 assigned to sa-5",
    "sa-1 handed in",
    null,
    null,
    "sa-1 MERGED into main as aaaaaaaaa",
  ]);
  const seconds = Object.entries(story.milestones.get("sa-1") ?? {}).map(([name, at]) => [
    name,
    new Date(at).getUTCSeconds(),
  ]);
  expect(Object.fromEntries(seconds)).toEqual({ created: 1, assigned: 2, handedIn: 7, merged: 9 });
  expect(story.mergeCommits.get("sa-1")).toBe(commit);
});

test("an event it does not know, or cannot read, is nothing to tell", () => {
  const story = new Story();
  expect(story.tell({ ...event(beadAssigned, {}, 1), type: "town.moon.landed" })).toBeNull();
  expect(story.tell(event(beadAssigned, { bead: 1 }, 1))).toBeNull();
});
