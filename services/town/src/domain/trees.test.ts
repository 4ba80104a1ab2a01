import { describe, expect, it } from "vitest";
import { aConvoy, aMessage, aMolecule, anAgent, anEscalation, anIssue, aRequest, aSnapshot } from "./builders.ts";
import { newAgentBead } from "./new-bead.ts";
import { treesOf } from "./trees.ts";

const trace = { correlation: "c", traceparent: null };
const making = { rig: "web", title: "Anvil", body: "", trace, actor: "rule:x", now: 0 };
const agentBead = { ...newAgentBead(aSnapshot(), making), bead: "gt-30" };
const asks = { type: "stuck_agent", agent: null, about: null, escalation: null } as const;
const triage = { ...asks, options: [], resolution: null, rounds: 0, batch: null };
const step = { kind: "step" as const, molecule: "gt-6", step: { id: "test", needs: [] } };

const state = aSnapshot({
  beads: [
    anIssue("gt-1"),
    anIssue("gt-2", { parent: "gt-1" }),
    anIssue("gt-3", { parent: "gt-2" }),
    aRequest("gt-4", "gt-3", { parent: null }),
    anIssue("gt-5", { kind: "fixup", fixup: { request: "gt-4", why: "conflict" } }),
    aMolecule("gt-6", "gt-1", { parent: null }),
    anIssue("gt-7", step),
    anIssue("gt-8", { kind: "triage-request", triage: { ...triage, about: "gt-2" } }),
    anEscalation("gt-9", { parent: "gt-1" }),
    anIssue("gt-10", { kind: "triage-request", triage: { ...triage, type: "escalation", escalation: "gt-9" } }),
    anIssue("gt-11", { dependsOn: ["gt-1"], blocked: true, molecule: "gt-6" }),
    anIssue("gt-12", { convoy: "hq-20" }),
    aRequest("gt-13", "gt-12", { re: { target: "convoy/title/hq-20/head" } }),
    aRequest("gt-14", "gt-11"),
    aRequest("gt-15", "hq-20", { parent: null }),
    aConvoy("hq-20", ["gt-12"]),
    agentBead,
    aMessage("gt-31", "gt-30"),
    anIssue("gt-32", { kind: "triage-request", triage: { ...triage, agent: "gt-30" } }),
    anIssue("gt-33", { assignee: "gt-30" }),
  ],
  agents: [anAgent("gt-30")],
});

describe("trees", () => {
  it.each<[string, string[], string[]]>([
    [
      "a work item: its children, merge request, fix-up, molecule, steps, triage requests and escalations",
      ["gt-1"],
      ["gt-1", "gt-2", "gt-6", "gt-9", "gt-3", "gt-8", "gt-7", "gt-10", "gt-4", "gt-5"],
    ],
    ["a merge request: its fix-ups", ["gt-4"], ["gt-4", "gt-5"]],
    ["a molecule: its steps, not the bead that has it", ["gt-6"], ["gt-6", "gt-7"]],
    ["an escalation: the question about it", ["gt-9"], ["gt-9", "gt-10"]],
    ["a convoy: its landings and what was to go to its feature branch", ["hq-20"], ["hq-20", "gt-13", "gt-15"]],
    ["an agent: its mail and the questions about it, not its work", ["gt-30"], ["gt-30", "gt-31", "gt-32"]],
    ["several, each once", ["gt-4", "gt-5", "gt-4"], ["gt-4", "gt-5"]],
    ["nothing that does not exist", ["gt-zz"], []],
  ])("of %s", (_reason, roots, expected) => {
    expect([...treesOf(state, roots).keys()].toSorted()).toEqual(expected.toSorted());
  });

  it("does not take a branch for the bead it is called like", () => {
    const at = aSnapshot({ beads: [anIssue("gt-1"), aRequest("gt-2", "gt-3", { re: { target: "gt-1" } })] });
    expect([...treesOf(at, ["gt-1"]).keys()]).toEqual(["gt-1"]);
  });

  it("ends, should parents lead back", () => {
    const at = aSnapshot({ beads: [anIssue("gt-1", { parent: "gt-2" }), anIssue("gt-2", { parent: "gt-1" })] });
    expect([...treesOf(at, ["gt-1"]).keys()]).toEqual(["gt-1", "gt-2"]);
  });
});
