import { maxEnvelopeBytes } from "@gastown/contracts";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agentSlug } from "./agent.ts";
import { identityOf, nextName } from "./agent-names.ts";
import { anAgent, anIssue, aRequest, aRig, aSnapshot, now } from "./builders.ts";
import { bytesInJson, clip } from "./clip.ts";
import { shortTitle } from "./new-bead.ts";
import { maxPasses, settle } from "./reconcile.ts";
import { baseBranch } from "./rig.ts";
import { issueOf, mergeRequestOf } from "./state.ts";
import { mayMove } from "./transitions.ts";
import { agentView, beadView, rigView, townView } from "./views.ts";
import { aTown } from "./builders.ts";

describe("names", () => {
  it("come from a pool of 20, unique in the town, then are counted", () => {
    const agents = [];
    for (let i = 0; i < 22; i += 1) agents.push(anAgent(`gt-${i}`, { name: nextName("polecat", agents) }));
    expect(new Set(agents.map((agent) => agent.name)).size).toBe(22);
    expect(agents.slice(19).map((agent) => agent.name)).toEqual(["Vise", "Polecat-21", "Polecat-22"]);
    expect(nextName("refinery", agents)).toBe("refinery");
  });

  it("make identities and branches", () => {
    expect(identityOf("Anvil", "polecat", { rigPrefix: "gt", town: "a-long-town-id" })).toBe(
      "Anvil-polecat-gt@a-long-t",
    );
    expect(agentSlug("Polecat-21")).toBe("polecat-21");
    expect(agentSlug("-Ä b__c-")).toBe("b-c");
  });
});

describe("clip", () => {
  it("never takes more than it may in JSON, and cuts nothing that fits", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), fc.integer({ min: 200, max: 500 }), (text, max) => {
        const cut = clip(text, max);
        expect(new TextEncoder().encode(JSON.stringify(cut)).length - 2).toBeLessThanOrEqual(max);
        expect(bytesInJson(text)).toBeGreaterThanOrEqual(new TextEncoder().encode(JSON.stringify(text)).length - 2);
        expect(cut === text || bytesInJson(text) > max).toBe(true);
      }),
    );
    expect(clip("é".repeat(200), 400)).toBe("é".repeat(200));
    expect(clip("\ud800".repeat(100), 300)).toContain("cut");
    expect(maxEnvelopeBytes).toBeGreaterThan(200_000);
  });
});

describe("transitions", () => {
  it.each([
    ["issue", "open", "in_progress", true],
    ["issue", "failed", "closed", true],
    ["issue", "closed", "open", false],
    ["issue", "open", "in_review", false],
    ["merge_request", "failed", "closed", false],
    ["message", "open", "closed", true],
    ["agent", "open", "closed", false],
  ] as const)("%s: %s → %s is %s", (type, from, to, legal) => {
    expect(mayMove(type, from, to)).toBe(legal);
  });
});

describe("state", () => {
  it("tells beads apart by type", () => {
    const state = aSnapshot({ beads: [anIssue("gt-1"), aRequest("gt-2", "gt-1")] });
    expect([issueOf(state, "gt-2"), mergeRequestOf(state, "gt-1"), issueOf(state, "gt-9")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("shortens titles to what contracts allow", () => {
    expect(shortTitle("x".repeat(200))).toHaveLength(200);
    expect(shortTitle("x".repeat(201))).toBe(`${"x".repeat(199)}…`);
    expect(baseBranch(aRig({ defaultBranch: null }))).toBe("main");
  });
});

describe("views", () => {
  it("show nothing of what is ours alone", () => {
    expect(townView(aTown())).not.toHaveProperty("nextNumber");
    expect(rigView(aRig())).not.toHaveProperty("askedAt");
    expect(agentView(anAgent("gt-21", { aliveAt: now }))).toMatchObject({
      aliveAt: "2027-01-15T08:00:00.000Z",
      activeAt: null,
    });
    expect(agentView(anAgent("gt-21"))).not.toHaveProperty("process");
  });

  it("show a work item with its merge request", () => {
    const request = aRequest("gt-2", "gt-1", { re: { pull: null } });
    expect(beadView(anIssue("gt-1"), { blockedBy: [], request }).mergeRequest).toMatchObject({
      source: "gt-1",
      pull: null,
      causes: [],
    });
    const told = aRequest("gt-2", "gt-1");
    const causes = [
      { state: "behind" as const, message: "3 behind" },
      { state: "draft" as const, message: "" },
    ];
    const withCauses = {
      ...told,
      request: { ...told.request, pull: told.request.pull && { ...told.request.pull, causes } },
    };
    expect(beadView(withCauses, { blockedBy: [], request: null }).mergeRequest).toMatchObject({
      pull: 3,
      causes: ["behind: 3 behind", "draft"],
    });
  });
});

describe("settle", () => {
  it("is quiet about a town with nothing to do: no look, no query (idle)", () => {
    expect(settle(aSnapshot(), now)).toMatchObject({ steps: [], said: [], nextLook: null, settled: true });
  });

  it("goes from open to dispatched in one look", () => {
    const { steps } = settle(aSnapshot({ beads: [anIssue("gt-1")] }), now);
    expect(steps.map((step) => step.decision.do)).toEqual(["assign", "dispatch"]);
    expect(maxPasses).toBeGreaterThan(steps.length);
  });
});
