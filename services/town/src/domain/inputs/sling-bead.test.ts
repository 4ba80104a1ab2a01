import { describe, expect, it } from "vitest";
import { aContext, aConvoy, anAgent, anEscalation, anIssue, aRequest, aSnapshot, aWorker, head } from "../builders.ts";
import { noLanding } from "../evolve/convoy-steps.ts";
import { leftToPeople } from "../objection.ts";
import { slingBead } from "./sling-bead.ts";

const state = aSnapshot({
  policy: { maxPolecatsPerRig: 2 },
  beads: [
    anIssue("gt-1", { held: true }),
    anIssue("gt-2", { dependsOn: ["gt-1"], blocked: true }),
    anIssue("gt-3", { status: "in_progress", assignee: "gt-22" }),
    anIssue("gt-4", { status: "failed" }),
    anIssue("gt-5", { assignee: "gt-24" }),
    aRequest("gt-6", "gt-1"),
    aRequest("gt-7", "gt-1", { re: { parked: true } }),
    anEscalation("hq-8"),
    anIssue("gt-9", { kind: "step", molecule: "gt-40" }),
    anIssue("gt-10", { kind: "triage-request" }),
  ],
  agents: [
    anAgent("gt-21"),
    aWorker("gt-22", "gt-3"),
    anAgent("gt-23", { rig: "api" }),
    anAgent("gt-25", { role: "refinery" }),
  ],
});
const trace = aContext().trace;

function sling(bead: string, agent?: string, at = state) {
  return slingBead.decide(at, agent === undefined ? { bead } : { bead, agent }, aContext());
}

function convoyed(fields: Parameters<typeof aConvoy>[2]) {
  const beads = [anIssue("gt-1", { convoy: "hq-9" }), aConvoy("hq-9", ["gt-1"], fields)];
  return aSnapshot({ beads, agents: [anAgent("gt-21")] });
}

describe("sling-bead", () => {
  it.each([
    ["lifts hold and cool-down of an open bead", "gt-1"],
    ["also of one that waits for others: it goes when they are closed", "gt-2"],
    ["lets the refinery try again to read what it failed at", "gt-7"],
  ])("%s", (_reason, bead) => {
    expect(sling(bead)).toEqual({
      outcome: "applied",
      changes: [{ type: "bead.slung", bead, trace }],
      result: { bead },
    });
  });

  it("lets a merge request that waits for a person be tried again", () => {
    const stuck = { code: "fixups_used_up", message: "m", head: null };
    const at = aSnapshot({ beads: [aRequest("gt-9", "gt-1", { re: { stuck } })] });
    expect(sling("gt-9", undefined, at)).toEqual({
      outcome: "applied",
      changes: [
        { type: "bead.slung", bead: "gt-9", trace },
        { type: "request.freed", bead: "gt-9" },
      ],
      result: { bead: "gt-9" },
    });
    const ended = aSnapshot({ beads: [aRequest("gt-9", "gt-1", { status: "failed", re: { stuck } })] });
    expect(sling("gt-9", undefined, ended)).toMatchObject({ outcome: "refused", code: "wrong_state" });
  });

  it("sends nobody to what is left to people, nor to an agent before its convoy is ready", () => {
    const stuck = { code: leftToPeople, message: "it has conflicts", head: head("1") };
    const left = aSnapshot({ beads: [aRequest("gt-9", "gt-1", { re: { stuck } })] });
    expect(sling("gt-9", undefined, left)).toMatchObject({ outcome: "refused", code: "wrong_state" });
    expect(sling("gt-1", "gt-21", convoyed({ staged: true }))).toMatchObject({
      message: "gt-1 waits for its convoy hq-9, which is staged; sling it without an agent",
    });
    expect(sling("gt-1", "gt-21", convoyed({ landings: [noLanding("web")] }))).toMatchObject({ code: "wrong_state" });
    expect(sling("gt-1", "gt-21", convoyed({}))).toMatchObject({ outcome: "applied" });
  });

  it("hooks it to the polecat that is named", () => {
    expect(slingBead.needs({ bead: "gt-1" })).toEqual({ around: ["gt-1"], agents: [] });
    expect(slingBead.needs({ bead: "gt-1", agent: "gt-21" })).toEqual({ around: ["gt-1"], agents: ["gt-21"] });
    expect(sling("gt-1", "gt-21")).toEqual({
      outcome: "applied",
      changes: [
        { type: "bead.slung", bead: "gt-1", trace },
        { type: "bead.assigned", bead: "gt-1", agent: "gt-21" },
      ],
      result: { bead: "gt-1", agent: "gt-21" },
    });
    expect(sling("gt-5", "gt-24")).toMatchObject({ outcome: "applied", changes: [{ type: "bead.slung" }] });
  });

  it.each<[string, [string, string?], string]>([
    ["a bead in progress", ["gt-3"], "only open beads"],
    ["a failed bead", ["gt-4"], "make a new bead"],
    ["a step of a molecule", ["gt-9", "gt-21"], "whoever works on its source"],
    ["a triage request", ["gt-10"], "resolve it"],
    ["a merge request the refinery has not failed at", ["gt-6"], "reads it by itself"],
    ["a merge request to an agent", ["gt-7", "gt-21"], "reads it by itself"],
    ["an escalation", ["hq-8"], "only work items"],
    ["to a polecat of another rig", ["gt-1", "gt-23"], "not a polecat of rig web"],
    ["to a refinery", ["gt-1", "gt-25"], "not a polecat"],
    ["to a polecat at work", ["gt-1", "gt-22"], "works on gt-3"],
    ["a bead that is hooked to somebody else", ["gt-5", "gt-21"], "hooked to gt-24"],
    ["a blocked bead to an agent, who would only wait", ["gt-2", "gt-21"], "waits for gt-1"],
  ])("refuses %s", (_reason, [bead, agent], text) => {
    expect(sling(bead, agent)).toMatchObject({
      outcome: "refused",
      code: "wrong_state",
      message: expect.stringContaining(text),
    });
  });

  it("refuses to go over the rig's cap", () => {
    const full = aSnapshot({
      policy: { maxPolecatsPerRig: 1 },
      beads: [...state.beads.values()],
      agents: [...state.agents.values()],
    });
    expect(sling("gt-1", "gt-21", full)).toMatchObject({
      code: "wrong_state",
      message: expect.stringContaining("its cap"),
    });
  });

  it("is terminal about what does not exist", () => {
    expect(sling("gt-zz")).toMatchObject({ outcome: "terminal", code: "bead_not_found" });
    expect(sling("gt-1", "gt-zz")).toMatchObject({ outcome: "terminal", code: "agent_not_found" });
  });
});
