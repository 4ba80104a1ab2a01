import { findCommand } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { anAgent, anIssue, aPull, aRequest, aSnapshot, aWorker } from "../domain/builders.ts";
import type { Change } from "../domain/change.ts";
import { ordersOfChanges } from "./change-orders.ts";

const deleted = (bead: string, beadType: "agent" | "issue" | "merge_request" = "merge_request"): Change => ({
  type: "bead.deleted",
  bead,
  beadType,
});
const closed = (bead: string): Change => ({
  type: "bead.status-changed",
  bead,
  from: "open",
  to: "closed",
  reason: "r",
});
const before = aSnapshot({
  beads: [
    anIssue("gt-1"),
    aRequest("gt-2", "gt-1"),
    aRequest("gt-3", "gt-1", { re: { pull: null, openAskedAt: null } }),
    aRequest("gt-4", "gt-1", { re: { pull: aPull({ state: "merged" }) } }),
    aRequest("gt-5", "gt-1", { re: { pull: aPull({ state: "closed" }) } }),
    aRequest("gt-6", "", { re: { source: null, adopts: 3 } }),
    aRequest("gt-7", "gt-1", { status: "failed" }),
    aRequest("gt-8", "gt-1", { re: { pull: null } }),
  ],
  agents: [
    aWorker("gt-21", "gt-1", { generation: 4 }),
    anAgent("gt-22", { generation: 2, process: { state: "ended", how: "exited", reason: "done" } }),
    anAgent("gt-23"),
    anAgent("gt-24", { generation: 1, process: { state: "lost" } }),
    anAgent("gt-25", { generation: 1, process: { state: "starting", askedAt: 1 } }),
  ],
});

function ordered(...changes: Change[]) {
  return ordersOfChanges(changes, before).map(({ command, data, subject }) => {
    expect(findCommand(command.type)?.data.safeParse(data).error).toBeUndefined();
    return { type: command.type, data, subject };
  });
}

describe("change-orders", () => {
  it.each([
    ["an open pull request of a deleted merge request is closed", "gt-2", true],
    ["so is one whose merge request had ended without it", "gt-7", true],
    ["so is one that is being opened", "gt-8", true],
    ["one that somebody else wrote is only not told of any more", "gt-6", false],
  ])("%s", (_reason, bead, close) => {
    expect(ordered(deleted(bead))).toEqual([
      {
        type: "scm.pr.release",
        data: { rig: "web", bead, close, reason: `${bead} was deleted` },
        subject: `bead/${bead}`,
      },
    ]);
  });

  it.each([
    ["the forge was not asked to open any", "gt-3"],
    ["it was merged", "gt-4"],
    ["it is closed", "gt-5"],
    ["it is no merge request", "gt-1"],
  ])("nothing is asked about a pull request when %s", (_reason, bead) => {
    expect(ordered(deleted(bead))).toEqual([]);
  });

  it("nothing is told any more of an adopted pull request whose bead is closed by hand; rules close others", () => {
    expect(ordered(closed("gt-6"))).toMatchObject([{ type: "scm.pr.release", data: { bead: "gt-6", close: false } }]);
    expect(ordered(closed("gt-2"), closed("gt-1"))).toEqual([]);
  });

  it.each([
    ["running", "gt-21", 4],
    ["starting", "gt-25", 1],
    ["taken for lost", "gt-24", 1],
  ])("a deleted agent that is %s is stopped", (_reason, agent, generation) => {
    expect(ordered(deleted(agent, "agent"))).toEqual([
      {
        type: "dispatcher.agent.stop",
        data: { agent, generation, reason: "Anvil was deleted" },
        subject: `agent/${agent}`,
      },
    ]);
  });

  it.each(["gt-22", "gt-23"])("nothing is asked about a deleted agent of which nothing runs: %s", (agent) => {
    expect(ordered(deleted(agent, "agent"))).toEqual([]);
  });

  it("the forge forgets a rig that is removed, with its pull requests, and its agents are stopped", () => {
    expect(ordered(deleted("gt-2"), deleted("gt-21", "agent"), { type: "rig.removed", rig: "web" })).toMatchObject([
      { type: "dispatcher.agent.stop" },
      { type: "scm.town.forget", data: { rigs: ["web"] }, subject: "rig/web" },
    ]);
  });

  it("forge and dispatcher forget a town that is deleted", () => {
    expect(ordered({ type: "town.deleted", by: "user:ann" })).toEqual([
      { type: "scm.town.forget", data: { rigs: null }, subject: "town/demo" },
      { type: "dispatcher.town.forget", data: {}, subject: "town/demo" },
    ]);
  });

  it("other changes ask nobody for anything; rules do", () => {
    expect(ordered({ type: "bead.unblocked", bead: "gt-1" })).toEqual([]);
    expect(ordersOfChanges([{ type: "town.deleted", by: "user:ann" }], null)).toEqual([]);
  });
});
