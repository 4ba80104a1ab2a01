import { describe, expect, it } from "vitest";
import { aContext, aMessage, anAgent, anIssue, aSnapshot } from "../builders.ts";
import { newAgentBead } from "../new-bead.ts";
import { createBead } from "./create-bead.ts";

const data = {
  rig: "web",
  title: "Do it",
  body: "",
  priority: "high" as const,
  labels: ["x"],
  dependsOn: [],
  held: false,
};

describe("create-bead", () => {
  it("makes an open bead with the town's next number and the asker's trace", () => {
    const context = aContext();
    const decided = createBead.decide(aSnapshot(), data, context);
    expect(decided).toMatchObject({
      outcome: "applied",
      changes: [
        {
          type: "bead.created",
          bead: {
            bead: "gt-rs",
            number: 1000,
            status: "open",
            blocked: false,
            createdBy: "user:ann",
            trace: context.trace,
            priority: "high",
          },
        },
      ],
      result: { bead: "gt-rs" },
    });
    expect(createBead.needs({ ...data, dependsOn: ["gt-1"] })).toEqual({ rigs: ["web"], beads: ["gt-1"] });
  });

  it.each([
    ["an open one blocks", "open" as const, true],
    ["a failed one blocks too (W26)", "failed" as const, true],
    ["a closed one does not", "closed" as const, false],
  ])("knows whether it is blocked: %s", (_reason, status, blocked) => {
    const state = aSnapshot({ beads: [anIssue("gt-1", { status })] });
    expect(createBead.decide(state, { ...data, dependsOn: ["gt-1", "gt-1"] }, aContext())).toMatchObject({
      changes: [{ bead: { dependsOn: ["gt-1"], blocked } }],
    });
  });

  it.each([
    ["gt:rework", "the town sets itself"],
    ["gt:held", "set held"],
  ])("refuses the label %s, which only the town sets", (label, text) => {
    expect(createBead.decide(aSnapshot(), { ...data, labels: ["x", label] }, aContext())).toMatchObject({
      outcome: "refused",
      code: "invalid",
      message: expect.stringContaining(text),
    });
  });

  it("is terminal in a rig that does not exist", () => {
    expect(createBead.decide(aSnapshot(), { ...data, rig: "api" }, aContext())).toMatchObject({
      outcome: "terminal",
      code: "rig_not_found",
    });
  });

  it.each([
    ["a bead that does not exist", "gt-9", "there is no bead gt-9"],
    ["a message, which no work closes", "gt-2", "a message"],
    ["an agent, which nothing closes", "gt-3", "an agent"],
  ])("refuses to wait for %s", (_reason, id, text) => {
    const base = aSnapshot();
    const agentBead = {
      ...newAgentBead(base, { rig: "web", title: "Anvil", body: "", trace: aContext().trace, actor: "rule:x", now: 0 }),
      bead: "gt-3",
    };
    const state = aSnapshot({ beads: [aMessage("gt-2", "gt-3"), agentBead], agents: [anAgent("gt-3")] });
    const decided = createBead.decide(state, { ...data, dependsOn: [id] }, aContext());
    expect(decided).toMatchObject({ outcome: "refused", code: "invalid", message: expect.stringContaining(text) });
  });
});
