import { describe, expect, it } from "vitest";
import {
  aConvoy,
  aFixup,
  anAdoption,
  aLanding,
  anIssue,
  aPull,
  aRequest,
  aRig,
  aSnapshot,
  aWorker,
  head,
  now,
} from "../builders.ts";
import type { Bead } from "../bead.ts";
import { carryOut } from "../carry-out.ts";
import type { Decision } from "../decision.ts";
import { evolveAll } from "../evolve.ts";
import { noLanding } from "../evolve/convoy-steps.ts";
import { convoyOf, mergeRequestOf } from "../state.ts";

const by = { actor: "rule:land-convoy", now };
const rigs = [aRig(), aRig({ rig: "api", prefix: "ap", defaultBranch: "trunk" })];
const landings = [
  { ...noLanding("web"), attempts: 1, lastAttemptAt: now - 9, request: "gt-5" },
  { ...noLanding("api") },
];
const convoy = aConvoy("hq-9", ["gt-1", "ap-2", "gt-3"], { landings, priority: "high" });
const members = [
  anIssue("gt-1", { status: "closed" }),
  anIssue("ap-2", { status: "closed", rig: "api" }),
  anIssue("gt-3", { status: "failed" }),
];

function carried(decision: Decision, beads: readonly Bead[] = [convoy, ...members]) {
  const state = aSnapshot({ rigs, beads, agents: [aWorker("gt-22", "gt-2", { role: "refinery" })] });
  const changes = carryOut(state, decision, by);
  return { changes, after: evolveAll(state, changes, now) ?? state };
}

function stuckAfterReport(stuckHead: string | null) {
  const request = anAdoption("gt-2", { re: { stuck: { code: "c", message: "m", head: stuckHead } } });
  const pull = aPull({ number: 9, head: head("2"), revision: 2 });
  const change = { type: "pull.reported", bead: "gt-2", pull, current: true } as const;
  const after = evolveAll(aSnapshot({ beads: [request] }), [change], now);
  return after === null ? null : mergeRequestOf(after, "gt-2")?.request.stuck;
}

describe("a decision about a convoy", () => {
  it("asks for branches", () => {
    const { changes, after } = carried({ do: "ask-branch", bead: "hq-9", rigs: ["web", "api"] });
    expect(changes).toHaveLength(2);
    expect(convoyOf(after, "hq-9")?.landings.map((landing) => landing.branchAskedAt)).toEqual([now, now]);
  });

  it("tells of progress", () => {
    const { changes, after } = carried({ do: "tell-progress", bead: "hq-9", closed: 2, failed: 1 });
    expect(changes).toEqual([{ type: "convoy.progressed", bead: "hq-9", closed: 2, failed: 1 }]);
    expect(convoyOf(after, "hq-9")?.progress).toEqual({ closed: 2, failed: 1 });
  });

  it("makes a landing in each rig: from the feature branch into that rig's default branch (kilo-town §1.6)", () => {
    const { changes, after } = carried({ do: "request-landing", bead: "hq-9", rigs: ["web", "api"] });
    expect(changes).toMatchObject([
      {
        type: "bead.created",
        bead: { bead: "gt-rs", title: "Land: Title of hq-9", rig: "web", parent: "hq-9", priority: "high" },
      },
      { type: "landing.requested", bead: "hq-9", rig: "web", request: "gt-rs", attempt: 2 },
      { type: "bead.created", bead: { bead: "ap-rt", labels: ["gt:merge-request"], createdBy: "rule:land-convoy" } },
      { type: "landing.requested", rig: "api", request: "ap-rt", attempt: 1 },
    ]);
    expect(mergeRequestOf(after, "gt-rs")?.request).toMatchObject({
      source: "hq-9",
      adopts: null,
      branch: "convoy/title/hq-9/head",
      target: "main",
      summary: "- gt-1: Title of gt-1",
      pull: null,
      awaitsReport: true,
    });
    expect(mergeRequestOf(after, "ap-rt")?.request).toMatchObject({
      target: "trunk",
      summary: "- ap-2: Title of ap-2",
    });
    expect(convoyOf(after, "hq-9")?.landings).toMatchObject([
      { request: "gt-rs", attempts: 2, lastAttemptAt: now },
      { request: "ap-rt", attempts: 1 },
    ]);
  });

  it("notes where it has landed, and closes it", () => {
    const noted = carried({ do: "note-landed", bead: "hq-9", rigs: ["web", "api"] });
    expect(convoyOf(noted.after, "hq-9")?.landings).toMatchObject([{ landedAt: now }, { landedAt: now }]);
    const closed = carried({ do: "close-convoy", bead: "hq-9", partial: true });
    expect(closed.changes).toMatchObject([
      { type: "convoy.landed", partial: true },
      { to: "closed", reason: "its work is merged, without the beads that failed" },
    ]);
    expect(convoyOf(closed.after, "hq-9")).toMatchObject({ status: "closed", landedAt: now });
  });

  it("fails it, and people are told where its work is", () => {
    const { changes, after } = carried({
      do: "fail-convoy",
      bead: "hq-9",
      code: "landing_mr_exhausted",
      message: "no",
    });
    expect(changes).toMatchObject([
      { type: "convoy.failed", code: "landing_mr_exhausted", reason: "no" },
      { to: "failed", failure: { code: "landing_mr_exhausted", message: "no" } },
      {
        type: "bead.created",
        bead: { type: "escalation", parent: "hq-9", body: "no. What was done is on branch convoy/title/hq-9/head." },
      },
      { type: "escalation.raised" },
    ]);
    expect(convoyOf(after, "hq-9")).toMatchObject({ status: "failed", landedAt: null });
    const oneByOne = carried({ do: "fail-convoy", bead: "hq-9", code: "c", message: "no" }, [
      { ...convoy, branch: null },
    ]);
    expect(oneByOne.changes[2]).toMatchObject({ bead: { body: "no." } });
  });
});

describe("a decision about a merge request without an author", () => {
  it("fails the landing alone", () => {
    const { changes } = carried({ do: "fail-landing", bead: "gt-5", code: "not_repaired", message: "m" }, [
      convoy,
      aLanding("gt-5", "hq-9"),
    ]);
    expect(changes).toMatchObject([{ bead: "gt-5", to: "failed", failure: { code: "not_repaired", message: "m" } }]);
  });

  it.each([
    ["conflict", "gt:pr-conflict", "Resolve the conflicts of pull request #9 with main", "Merge main into their/work"],
    ["feedback", "gt:pr-feedback", "Answer the objections to pull request #9", "Act on every objection"],
    ["rework", "gt:rework", "Answer the objections to pull request #9", "Act on every objection"],
  ] as const)("has a %s repaired on its own branch", (why, label, title, work) => {
    const request = anAdoption("gt-2", {
      priority: "critical",
      re: { stuck: { code: "c", message: "m", head: head("0") } },
    });
    const decision = {
      do: "request-fixup",
      bead: "gt-2",
      why,
      reader: null,
      head: head("1"),
      reason: "r",
      feedback: "f",
    } as const;
    const { changes, after } = carried(decision, [request]);
    expect(changes).toMatchObject([
      {
        type: "bead.created",
        bead: {
          bead: "gt-rs",
          type: "issue",
          kind: "fixup",
          status: "open",
          title,
          body: expect.stringContaining(work),
          priority: "critical",
          labels: [label],
          parent: "gt-2",
          rig: "web",
          branch: "their/work",
          feedback: "f",
          fixup: { request: "gt-2", why },
          convoy: null,
        },
      },
      { type: "fixup.requested", bead: "gt-2", fixup: "gt-rs", why, head: head("1") },
    ]);
    expect(mergeRequestOf(after, "gt-2")?.request).toMatchObject({ fixups: 1, reworkedHead: head("1"), stuck: null });
  });

  it("lets the refinery go that reads what is repaired", () => {
    const request = aLanding("gt-2", "hq-9", { status: "in_progress", assignee: "gt-22", re: { review: "requested" } });
    const decision = {
      do: "request-fixup",
      bead: "gt-2",
      why: "conflict",
      reader: "gt-22",
      head: head("1"),
      reason: "r",
      feedback: "f",
    } as const;
    const { after } = carried(decision, [convoy, request]);
    expect(after.agents.get("gt-22")).toMatchObject({ status: "idle", hook: null });
    expect(mergeRequestOf(after, "gt-2")).toMatchObject({
      status: "open",
      assignee: null,
      request: { review: "none" },
    });
  });

  it("closes a repair", () => {
    const request = anAdoption("gt-2");
    const { changes } = carried({ do: "end-fixup", bead: "gt-8", reason: "gt-2 is closed" }, [aFixup("gt-8", request)]);
    expect(changes).toEqual([
      { type: "bead.status-changed", bead: "gt-8", from: "open", to: "closed", reason: "gt-2 is closed" },
    ]);
  });

  it.each([
    ["adopted", anAdoption("gt-2"), "gt-2 waits for a person", "their/work"],
    [
      "that hands in work",
      aRequest("gt-2", "gt-1"),
      "gt-2, the merge request of gt-1 waits for a person",
      "gt/anvil/gt-1",
    ],
  ])("parks one %s for a person, who is told, and a sling lets it go on", (_what, request, title, branch) => {
    const decision = {
      do: "park-request",
      bead: "gt-2",
      code: "too_many_rounds",
      message: "m",
      head: head("1"),
    } as const;
    const { changes, after } = carried(decision, [request]);
    expect(changes).toMatchObject([
      { type: "request.stuck", code: "too_many_rounds", reason: "m", head: head("1") },
      {
        bead: {
          type: "escalation",
          parent: "gt-2",
          title,
          body: `m. Its branch is ${branch}. http://forge/web/pulls/3`,
        },
      },
      {},
    ]);
    expect(mergeRequestOf(after, "gt-2")?.request.stuck).toEqual({
      code: "too_many_rounds",
      message: "m",
      head: head("1"),
    });
    const freed = evolveAll(after, [{ type: "request.freed", bead: "gt-2" }], now) ?? after;
    const { adopts } = request.request;
    expect(mergeRequestOf(freed, "gt-2")?.request).toMatchObject({
      stuck: null,
      fixups: 0,
      openAskedAt: null,
      reworkedHead: adopts === null ? request.request.reworkedHead : null,
    });
  });

  it("takes what the forge tells of another head, or after it refused, as the end of a wait for a person", () => {
    expect(stuckAfterReport(null)).toBeNull();
    expect(stuckAfterReport(head("1"))).toBeNull();
    expect(stuckAfterReport(head("2"))).toMatchObject({ code: "c" });
  });
});
