import { buildEnvelope, findCommand, type Command } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import { anAgent, anIssue, aRequest, aRig, aSnapshot, aTown, aWorker, head } from "../domain/builders.ts";
import type { Decision } from "../domain/decision.ts";
import type { TownState } from "../domain/state.ts";
import { effectsOf } from "./decision-effects.ts";
import { toCommandDrafts, toEventDrafts } from "./to-drafts.ts";

const long = "\u0001é".repeat(50_000);
const issue = anIssue("gt-1", { branch: "gt/anvil/gt-1", status: "in_progress" });
const request = aRequest("gt-2", "gt-1", {
  re: { review: "approved", reviewer: "gt-22", reviewSummary: "fine", reviewHead: head("1") },
});
const state = aSnapshot({
  town: { ...aTown(), model: "some/model" },
  rigs: [aRig({ check: "npm test" })],
  beads: [issue, request],
  agents: [
    aWorker("gt-21", "gt-1", { generation: 4 }),
    aWorker("gt-22", "gt-2", { role: "refinery", name: "refinery" }),
  ],
});

function ordered(decision: Decision, after: TownState = state) {
  const { commands } = effectsOf({ decision, changes: [], after: { ...after, listeningSince: 0 } });
  return commands.map(({ command, data, subject }) => ({ type: command.type, data, subject }));
}

describe("decision-effects", () => {
  it("starts a polecat with all it needs", () => {
    expect(ordered({ do: "dispatch", bead: "gt-1", agent: "gt-21" })).toMatchObject([
      {
        type: "dispatcher.agent.start",
        subject: "bead/gt-1",
        data: {
          agent: "gt-21",
          generation: 4,
          rig: { rig: "web", defaultBranch: "main", check: "npm test" },
          bead: { bead: "gt-1", type: "issue", body: "Body of gt-1" },
          branch: "gt/anvil/gt-1",
          base: "main",
          review: null,
          feedback: null,
          checkpoint: null,
          model: "some/model",
        },
      },
    ]);
  });

  it("starts a refinery on the branch under review, with what the work was about", () => {
    expect(ordered({ do: "ask-start-again", bead: "gt-2", agent: "gt-22" })).toMatchObject([
      {
        data: {
          bead: { bead: "gt-2", type: "merge_request", body: "what was done" },
          branch: "gt/anvil/gt-1",
          review: { pull: 3, head: head("1"), source: { bead: "gt-1", body: "Body of gt-1" } },
        },
      },
    ]);
  });

  it.each<[Decision, string, object]>([
    [{ do: "register-rig", rig: "web" }, "scm.repo.register", { rig: "web", source: "/src/web", check: "npm test" }],
    [
      { do: "stop-agent", agent: "gt-21", reason: "r" },
      "dispatcher.agent.stop",
      { agent: "gt-21", generation: 4, reason: "r" },
    ],
    [{ do: "open-pull", bead: "gt-2" }, "scm.pr.follow", { rig: "web", number: 3, bead: "gt-2" }],
    [
      { do: "tell-review", bead: "gt-2" },
      "scm.pr.review",
      { number: 3, reviewer: "agent:gt-22", verdict: "approve", body: "fine", expectedHead: head("1") },
    ],
    [
      { do: "merge", bead: "gt-2", source: "gt-1", head: head("1") },
      "scm.pr.merge",
      { number: 3, bead: "gt-2", expectedHead: head("1") },
    ],
    [{ do: "close-pull", bead: "gt-2" }, "scm.pr.close", { number: 3, reason: "gt-2 is open" }],
  ])("orders for $do", (decision, type, data) => {
    const orders = ordered(decision);
    expect(orders).toMatchObject([{ type, data }]);
    expect(findCommand(type)?.data.safeParse(orders[0]?.data).error).toBeUndefined();
  });

  it.each<Decision>([
    { do: "assign", bead: "gt-1", agent: "gt-21" },
    { do: "fail-bead", bead: "gt-1", requests: [], code: "c", message: "m" },
    { do: "release", bead: "gt-1", agent: "gt-21", reason: "r", lost: false, setback: false },
    { do: "unhook", agent: "gt-21", reason: "r" },
    { do: "give-up-agent", agent: "gt-21" },
    { do: "hook-refinery", bead: "gt-2", agent: "gt-22" },
    { do: "park-review", bead: "gt-2" },
    { do: "rework", bead: "gt-2", source: "gt-1", reader: null, head: head("1"), reason: "r", feedback: "f" },
    { do: "close-merged", bead: "gt-2", source: "gt-1", requests: [] },
    { do: "end-abandoned", bead: "gt-2", source: "gt-1", requests: [] },
    { do: "unblock", bead: "gt-1" },
  ])("orders nothing for $do", (decision) => {
    expect(ordered(decision)).toEqual([]);
  });

  it("says why a pull request is closed, and what is asked for in a review", () => {
    const failed = aRequest("gt-2", "gt-1", { status: "failed", failure: { code: "c", message: "gave up" } });
    expect(ordered({ do: "close-pull", bead: "gt-2" }, aSnapshot({ beads: [failed] }))).toMatchObject([
      { data: { reason: "gt-2 is failed: gave up" } },
    ]);
    const bare = aRequest("gt-2", "gt-1", { re: { review: "changes_requested", summary: "", reviewer: "gt-22" } });
    const after = aSnapshot({ beads: [issue, bare] });
    expect(ordered({ do: "tell-review", bead: "gt-2" }, after)).toMatchObject([
      { data: { verdict: "request_changes", body: "" } },
    ]);
  });

  it.each([{ pull: null }, { awaitsReport: true }])("opens a pull request that is to be told of (anew): %j", (re) => {
    const opened = (summary: string) => {
      const beads = [issue, aRequest("gt-2", "gt-1", { re: { ...re, summary } })];
      return ordered({ do: "open-pull", bead: "gt-2" }, aSnapshot({ beads }));
    };
    const words = {
      head: "gt/anvil/gt-1",
      base: "main",
      title: "Title of gt-1",
      body: "It is.\n\nBead gt-1: Title of gt-1",
    };
    expect(opened("It is.")).toMatchObject([{ type: "scm.pr.open", data: { bead: "gt-2", ...words } }]);
    expect(opened("")).toMatchObject([{ data: { body: "Bead gt-1: Title of gt-1" } }]);
  });

  it("sends a start of any length: texts are cut to their share of a message", () => {
    const big = aSnapshot({
      beads: [
        { ...issue, body: long, feedback: long, checkpoint: { text: "x".repeat(32_000) } },
        aRequest("gt-2", "gt-1", { re: { summary: long }, checkpoint: { text: "x".repeat(32_000) } }),
      ],
      agents: [...state.agents.values()],
    });
    for (const [bead, agent] of [
      ["gt-1", "gt-21"],
      ["gt-2", "gt-22"],
    ] as const) {
      const [order] = ordered({ do: "dispatch", bead, agent }, big);
      const command = findCommand(order?.type ?? "") as Command;
      expect(() =>
        buildEnvelope(command, { town: "demo", data: order?.data, actor: "rule:dispatch", source: "/town" }),
      ).not.toThrow();
    }
  });

  it("does not send what is not there", () => {
    const none = aSnapshot({ rigs: [], beads: [issue], agents: [aWorker("gt-21", "gt-1")] });
    expect(() => ordered({ do: "dispatch", bead: "gt-1", agent: "gt-21" }, none)).toThrow("rig web");
    expect(() => ordered({ do: "dispatch", bead: "gt-9", agent: "gt-21" }, none)).toThrow("gt-9");
    const noBranch = aSnapshot({ beads: [{ ...issue, branch: null }], agents: [anAgent("gt-21")] });
    expect(() => ordered({ do: "dispatch", bead: "gt-1", agent: "gt-21" }, noBranch)).toThrow("without a branch");
    const noPull = aSnapshot({
      beads: [issue, aRequest("gt-2", "gt-1", { re: { pull: null } })],
      agents: [anAgent("gt-22")],
    });
    expect(() => ordered({ do: "dispatch", bead: "gt-2", agent: "gt-22" }, noPull)).toThrow("without a pull request");
  });

  it("tells what changed, and drafts carry who and why", () => {
    const { events, commands } = effectsOf({
      decision: { do: "merge", bead: "gt-2", source: "gt-1", head: head("1") },
      changes: [
        { type: "merge.requested", bead: "gt-2", source: "gt-1", pull: 3, head: head("1") },
        { type: "pull.asked", bead: "gt-2" },
      ],
      after: { ...state, listeningSince: 0 },
    });
    const causing = {
      town: "demo",
      actor: "rule:merge-when-ready",
      causationId: "merge-when-ready",
      correlationId: "corr-1",
    };
    expect(toEventDrafts(events, causing)).toMatchObject([
      { ...causing, descriptor: { type: "town.merge.requested" }, subject: "bead/gt-1" },
    ]);
    expect(toCommandDrafts(commands, causing)).toMatchObject([
      { ...causing, descriptor: { type: "scm.pr.merge" }, subject: "bead/gt-2" },
    ]);
    const [bare] = toEventDrafts([{ event: events[0]?.event ?? fail(), data: {}, subject: null }], causing);
    expect(bare).not.toHaveProperty("subject");
  });
});

function fail(): never {
  throw new Error("no event");
}
