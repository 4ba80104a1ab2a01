import { describe, expect, it } from "vitest";
import { anIssue, aSnapshot, now } from "./builders.ts";
import { maxPasses, settle } from "./reconcile.ts";
import type { Rule } from "./rule.ts";

describe("settle", () => {
  it("is quiet about a town with nothing to do: no look, no query (idle)", () => {
    expect(settle(aSnapshot(), now)).toMatchObject({ steps: [], said: [], nextLook: null, settled: true });
  });

  it("tells when two rules disagree for ever, instead of running for ever", () => {
    const stubborn: Rule = {
      name: "stubborn",
      look: () => ({ decisions: [{ do: "register-rig", rig: "web" }], explanations: [], nextLook: null }),
    };
    const found = settle(aSnapshot(), now, [stubborn]);
    expect(found.settled).toBe(false);
    expect(found.steps).toHaveLength(maxPasses);
  });

  it("leaves a second decision about the same thing to the next pass (W9)", () => {
    const twice: Rule = {
      name: "twice",
      look: (snapshot) => ({
        decisions:
          snapshot.rigs.get("web")?.askedAt === now ? [] : [1, 2].map(() => ({ do: "register-rig", rig: "web" })),
        explanations: [],
        nextLook: null,
      }),
    };
    expect(settle(aSnapshot(), now, [twice]).steps).toHaveLength(1);
  });

  it("goes from open to dispatched in one look", () => {
    const { steps } = settle(aSnapshot({ beads: [anIssue("gt-1")] }), now);
    expect(steps.map((step) => step.decision.do)).toEqual(["assign", "dispatch"]);
    expect(maxPasses).toBeGreaterThan(steps.length);
  });
});
