import type { Schema } from "@gastown/client";
import { expect, test } from "vitest";
import { beadText } from "./bead-text.ts";
import { convoyText } from "./convoy-text.ts";
import { lookText } from "./look-text.ts";
import { spentText } from "./spent-text.ts";

const at = "2026-11-22T10:11:12.000Z";
const spent = { dispatches: 0, agentMs: 0, tokens: 0, microUsd: 0 };
const bead: Schema<"Bead"> = {
  bead: "gt-1",
  type: "issue",
  status: "open",
  title: "Do it",
  body: "",
  rig: "site",
  parent: null,
  assignee: null,
  priority: "medium",
  labels: [],
  held: false,
  dependsOn: [],
  blockedBy: [],
  kind: "task",
  convoy: "hq-3",
  molecule: "gt-4",
  step: null,
  triage: null,
  escalation: null,
  attempts: 0,
  setbacks: 2,
  spent: { dispatches: 3, agentMs: 200_000, tokens: 1_200, microUsd: 1_500_000 },
  reworkRounds: 0,
  mergeRequest: null,
  failure: null,
  createdBy: "user:anna",
  createdAt: at,
  updatedAt: at,
  closedAt: null,
};

test("a bead's text has its kind, convoy, molecule, setbacks and what it has used", () => {
  const text = beadText(bead);
  for (const [name, value] of [
    ["kind", "task"],
    ["convoy", "hq-3"],
    ["molecule", "gt-4"],
    ["setbacks", "2"],
    ["spent", "3 dispatches, 3 min of agents, 1200 tokens, $1.50"],
  ] as const)
    expect(text).toContain(`\n${name.padEnd(11)} ${value}\n`);
  expect(text).not.toMatch(/escalation|triage|step|null|undefined/);
});

test("questions say what they ask and what was answered", () => {
  const triage: NonNullable<Schema<"Bead">["triage"]> = {
    type: "stuck_agent",
    agent: "gt-7",
    about: "gt-1",
    escalation: null,
    options: ["RESTART", "CLOSE_BEAD"],
    resolution: null,
  };
  expect(beadText({ ...bead, kind: "triage-request", triage })).toContain(
    "triage      stuck_agent; agent gt-7 on bead gt-1; answer one of RESTART, CLOSE_BEAD\n",
  );
  const resolution = { action: "RESTART" as const, notes: "" };
  expect(beadText({ ...bead, triage: { ...triage, resolution } })).toContain("answered RESTART");
  const escalation = { severity: "high" as const, acknowledgedAt: null, reEscalations: 2 };
  expect(beadText({ ...bead, escalation })).toContain("high, not acknowledged, raised again 2 times");
});

test("what was spent is said in words, and nothing when it is nothing", () => {
  expect(spentText(spent)).toBeNull();
  expect(spentText({ ...spent, dispatches: 1, agentMs: 12_000 })).toBe("1 dispatch, 12 s of agents");
  expect(spentText({ ...spent, agentMs: 3_900_000 })).toBe("1 h 5 min of agents");
});

test("a convoy's text has its progress and each landing", () => {
  const text = convoyText({
    convoy: "hq-3",
    title: "Log in by mail",
    status: "landing",
    mergeMode: "review-then-land",
    branch: "convoy/hq-3",
    beads: ["gt-1"],
    total: 8,
    closed: 6,
    failed: 1,
    landings: [
      { rig: "api", branchState: "ready", attempts: 0, request: null, landedAt: at, reason: null },
      { rig: "site", branchState: "ready", attempts: 1, request: "gt-9", landedAt: null, reason: "conflicts" },
    ],
    spent,
    createdAt: at,
    landedAt: null,
  });
  expect(text).toContain("progress  [###############xxx..] 6 of 8 closed, 1 failed");
  expect(text).toContain(`landing   api: landed ${at}\n`);
  expect(text).toContain("landing   site: branch ready, attempt 1, request gt-9, conflicts\n");
});

test("a look says each decision with its rule, and why the rest waits", () => {
  const look: Schema<"Look"> = {
    at,
    dryRun: true,
    settled: true,
    nextLookAt: at,
    decisions: [
      {
        rule: "dispatch",
        decision: "dispatch",
        about: ["gt-1", "gt-7"],
        changes: [{ type: "agent.dispatched", data: {} }],
        commands: ["dispatcher.agent.start"],
      },
    ],
    waiting: [{ bead: "gt-2", rule: "held", says: "it is held", movesWhen: "somebody resumes it" }],
  };
  expect(lookText(look)).toBe(
    [
      `At ${at} would be decided:`,
      "  dispatch: dispatch gt-1 gt-7",
      "    changes agent.dispatched",
      "    sends   dispatcher.agent.start",
      "Waiting:",
      "  gt-2  held: it is held; moves when somebody resumes it",
      `The town looks again at ${at}.`,
    ].join("\n"),
  );
  expect(lookText({ ...look, decisions: [], waiting: [], nextLookAt: null })).toBe(
    `At ${at} nothing is to be decided.\nNothing is due.`,
  );
});
