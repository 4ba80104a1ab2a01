import { describe, expect, it } from "vitest";
import { aContext, anAgent, anIssue, aSnapshot } from "../builders.ts";
import { raiseEscalation } from "./raise-escalation.ts";

const state = aSnapshot({ beads: [anIssue("gt-1")], agents: [anAgent("gt-21")] });
const data = { title: "Help", body: "", severity: "high" as const };

describe("raise-escalation", () => {
  it.each([
    [
      "below the bead it is about, in its trace",
      { bead: "gt-1", agent: "gt-21" },
      { bead: "gt-rs", parent: "gt-1", rig: "web", priority: "high" },
    ],
    ["in the rig of the agent that asks", { agent: "gt-21" }, { bead: "gt-rs", parent: null, rig: "web" }],
    ["in the town, when it is about nothing in particular", {}, { bead: "hq-rs", parent: null, rig: null }],
    [
      "with a plain priority when it is not severe",
      { severity: "low" as const },
      { priority: "medium", severity: "low" },
    ],
  ])("makes an escalation %s", (_reason, fields, bead) => {
    const decided = raiseEscalation.decide(state, { ...data, ...fields }, aContext());
    expect(decided).toMatchObject({
      outcome: "applied",
      changes: [
        { type: "bead.created", bead },
        { type: "escalation.raised", title: "Help" },
      ],
    });
  });

  it("asks for what it is about", () => {
    expect(raiseEscalation.needs({ ...data, bead: "gt-1", agent: "gt-21" })).toEqual({
      rigs: "all",
      agents: ["gt-21"],
      beads: ["gt-1"],
    });
    expect(raiseEscalation.needs(data)).toEqual({ rigs: "all", agents: [], beads: [] });
  });

  it("does not know what does not exist", () => {
    expect(raiseEscalation.decide(state, { ...data, bead: "gt-zz" }, aContext())).toMatchObject({
      code: "bead_not_found",
    });
    expect(raiseEscalation.decide(state, { ...data, agent: "gt-zz" }, aContext())).toMatchObject({
      code: "agent_not_found",
    });
  });
});
