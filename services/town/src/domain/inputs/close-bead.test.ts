import { describe, expect, it } from "vitest";
import {
  aContext,
  aConvoy,
  aMessage,
  aMolecule,
  anAdoption,
  anEscalation,
  anIssue,
  aPull,
  aRequest,
  aSnapshot,
  now,
} from "../builders.ts";
import { newAgentBead } from "../new-bead.ts";
import { closeBead } from "./close-bead.ts";

const trace = aContext().trace;
const agentBead = {
  ...newAgentBead(aSnapshot(), { rig: "web", title: "Anvil", body: "", trace, actor: "rule:x", now: 0 }),
  bead: "gt-8",
};
const state = aSnapshot({
  beads: [
    anIssue("gt-1", { status: "in_review" }),
    aRequest("gt-2", "gt-1"),
    anIssue("gt-3", { status: "failed" }),
    anIssue("gt-4", { status: "closed" }),
    aRequest("gt-5", "gt-4", { status: "closed" }),
    anEscalation("hq-6"),
    aMessage("gt-7", "gt-8"),
    agentBead,
    aConvoy("hq-10", ["gt-1"]),
    aMolecule("gt-11", "gt-1"),
    anIssue("gt-12", { kind: "step", molecule: "gt-11", step: { id: "test", needs: [] } }),
    aRequest("gt-13", "", { re: { source: null, adopts: 7 } }),
  ],
});

function close(bead: string, reason = "") {
  return closeBead.decide(state, { bead, reason }, aContext());
}

describe("close-bead", () => {
  it("closes a work item and its merge request; rules do the rest", () => {
    expect(closeBead.needs({ bead: "gt-1", reason: "" })).toEqual({ around: ["gt-1"] });
    expect(close("gt-1", "not needed")).toEqual({
      outcome: "applied",
      changes: [
        {
          type: "bead.status-changed",
          bead: "gt-1",
          from: "in_review",
          to: "closed",
          reason: "closed by user:ann: not needed",
        },
        {
          type: "bead.status-changed",
          bead: "gt-2",
          from: "open",
          to: "closed",
          reason: "gt-1 was closed by user:ann: not needed",
        },
      ],
    });
  });

  it.each([
    ["a failed bead: a person accepts the failure, so that dependants go on (W26)", "gt-3"],
    ["a message nobody needs", "gt-7"],
    ["a merge request that was adopted: its pull request is not followed any more", "gt-13"],
  ])("closes %s", (_reason, bead) => {
    expect(close(bead)).toMatchObject({
      outcome: "applied",
      changes: [{ bead, to: "closed", reason: "closed by user:ann" }],
    });
  });

  it("ends the wait for a person with an adopted pull request that nobody follows any more (R9)", () => {
    const re = { awaitingSince: now - 5000, pull: aPull({ number: 9, state: "awaiting_approval" }) };
    const waiting = aSnapshot({ beads: [anAdoption("gt-2", { re })] });
    expect(closeBead.decide(waiting, { bead: "gt-2", reason: "" }, aContext())).toMatchObject({
      changes: [
        { bead: "gt-2", to: "closed" },
        { type: "approval.resolved", bead: "gt-2", source: null, waitedMs: 5000, state: "awaiting_approval" },
      ],
    });
  });

  it("takes an escalation that was seen to", () => {
    expect(close("hq-6")).toMatchObject({
      changes: [
        { type: "escalation.acknowledged", bead: "hq-6" },
        { bead: "hq-6", to: "closed", reason: "closed by user:ann" },
      ],
    });
  });

  it("takes an escalation that is closed", () => {
    expect(close("hq-6", "seen")).toMatchObject({
      changes: [
        { type: "escalation.acknowledged", bead: "hq-6", note: "seen" },
        { bead: "hq-6", to: "closed", reason: "closed by user:ann: seen" },
      ],
    });
  });

  it("changes nothing about a closed bead", () => {
    expect(close("gt-4")).toEqual({ outcome: "applied", changes: [] });
    expect(close("gt-5")).toEqual({ outcome: "applied", changes: [] });
  });

  it.each([
    ["a merge request alone: its work item would hang", "gt-2", "close gt-1"],
    ["an agent", "gt-8", "is an agent"],
    ["a convoy without its beads", "hq-10", "gastown convoy close hq-10"],
    ["a molecule, which its steps end", "gt-11", "the molecule of gt-1"],
    ["a step of a molecule", "gt-12", "advance the molecule"],
  ])("refuses to close %s", (_reason, bead, text) => {
    expect(close(bead)).toMatchObject({
      outcome: "refused",
      code: "wrong_state",
      message: expect.stringContaining(text),
    });
  });

  it("does not know other beads", () => {
    expect(close("gt-zz")).toMatchObject({ outcome: "terminal", code: "bead_not_found" });
  });
});
