import { convoyView as schema } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Convoy, Landing } from "./bead.ts";
import { aConvoy, aLanding, anIssue, now } from "./builders.ts";
import { convoyView } from "./convoy-view.ts";
import { noLanding } from "./evolve/convoy-steps.ts";
import { isoTime } from "./time.ts";

const spent = { dispatches: 1, agentMs: 2, tokens: 3, microUsd: 4 };
const members = [
  anIssue("gt-1", { status: "closed", spent }),
  anIssue("gt-2", { status: "failed", spent }),
  anIssue("gt-3", { spent }),
];
const requested: Landing = { ...noLanding("web"), branchState: "ready", attempts: 1, request: "gt-5" };

describe("convoyView", () => {
  it("shows a convoy with its progress and what it used", () => {
    const landings = [requested, { ...noLanding("api"), branchState: "failed", branchReason: "no disk" } as const];
    const requests = [aLanding("gt-5", "hq-9", { status: "failed", failure: { code: "c", message: "it conflicts" } })];
    const view = convoyView(aConvoy("hq-9", ["gt-1", "gt-2", "gt-3", "gt-4"], { landings }), { members, requests });
    expect(view).toEqual({
      convoy: "hq-9",
      title: "Title of hq-9",
      status: "landing",
      mergeMode: "review-then-land",
      branch: "convoy/title/hq-9/head",
      beads: ["gt-1", "gt-2", "gt-3"],
      total: 3,
      closed: 1,
      failed: 1,
      landings: [
        { rig: "web", branchState: "ready", attempts: 1, request: "gt-5", landedAt: null, reason: "it conflicts" },
        { rig: "api", branchState: "failed", attempts: 0, request: null, landedAt: null, reason: "no disk" },
      ],
      spent: { dispatches: 3, agentMs: 6, tokens: 9, microUsd: 12 },
      createdAt: expect.any(String),
      landedAt: null,
    });
    expect(schema.safeParse(view).error).toBeUndefined();
  });

  it.each<[Convoy["status"], Partial<Convoy>, string]>([
    ["open", { staged: true }, "staged"],
    ["open", {}, "active"],
    ["open", { landings: [requested] }, "landing"],
    ["closed", { landedAt: now }, "landed"],
    ["closed", {}, "closed"],
    ["failed", { landings: [requested] }, "failed"],
  ])("is %s with %j: %s", (status, fields, shown) => {
    const view = convoyView(aConvoy("hq-9", [], { status, ...fields }), { members: [], requests: [] });
    expect(view).toMatchObject({ status: shown, landedAt: fields.landedAt === undefined ? null : isoTime(now) });
  });
});
