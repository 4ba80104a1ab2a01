import type { agentDone as command, DataOf } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Bead, Issue } from "./bead.ts";
import { aContext, anIssue, aSnapshot, aWorker, now } from "./builders.ts";
import { evolveAll } from "./evolve.ts";
import { aStep, aWalk } from "./help-builders.ts";
import { agentDone } from "./inputs/agent-done.ts";

type Done = DataOf<typeof command>;
const plain: Done = { agent: "gt-21", generation: 1, bead: "gt-1", outcome: "completed", summary: "all answered" };

function done(fields: Partial<Issue>, beads: readonly Bead[] = [], outcome: Done["outcome"] = "completed") {
  const issue = anIssue("gt-1", { status: "in_progress", assignee: "gt-21", branch: "b", ...fields });
  const state = aSnapshot({ beads: [issue, ...beads], agents: [aWorker("gt-21", "gt-1")] });
  const decided = agentDone.decide(state, { ...plain, outcome }, aContext({ actor: "agent:gt-21" }));
  const changes = decided.outcome === "applied" ? decided.changes : [];
  return { decided, after: evolveAll(state, changes, now) };
}

describe("finish-issue", () => {
  it("closes a triage batch that is done: there is nothing to merge", () => {
    const { decided, after } = done({ kind: "triage-batch" });
    expect(decided).toMatchObject({ outcome: "applied", result: { bead: "gt-1" } });
    expect(after?.beads.get("gt-1")).toMatchObject({ status: "closed" });
    expect(after?.agents.get("gt-21")).toMatchObject({ status: "idle", hook: null });
    expect(after?.beads.size).toBe(1);
  });

  it("fails one that its agent gave up, and tells people", () => {
    const { after } = done({ kind: "triage-batch" }, [], "failed");
    expect(after?.beads.get("gt-1")).toMatchObject({ status: "failed" });
    expect([...(after?.beads.values() ?? [])].map(({ type }) => type)).toEqual(["issue", "escalation"]);
  });
});

describe("work with a molecule", () => {
  const molecule = "gt-40";
  const steps = [aStep("gt-41", [], { status: "closed" }), aStep("gt-42"), aStep("gt-43", ["s42"])];

  it("is not handed in before its steps are done", () => {
    expect(done({ molecule }, [aWalk(steps), ...steps]).decided).toMatchObject({
      outcome: "refused",
      code: "wrong_state",
      message: "steps of its molecule gt-40 are left: s42, s43; advance each, or end with outcome failed",
    });
  });

  it("is not handed in when its molecule has failed", () => {
    const failure = { code: "molecule_failed", message: 'step "s42" failed: no disk' };
    const failed = aWalk(steps, { status: "failed", failure });
    expect(done({ molecule }, [failed, ...steps]).decided).toMatchObject({
      outcome: "refused",
      message: expect.stringMatching(/has failed: step "s42" failed: no disk; end with .* close or delete gt-40$/),
    });
  });

  it.each<[string, Bead[]]>([
    ["all steps are done", [aWalk(steps, { status: "closed" })]],
    ["a person deleted it", []],
  ])("is handed in when %s", (_name, beads) => {
    expect(done({ molecule }, beads).after?.beads.get("gt-1")).toMatchObject({ status: "in_review" });
  });

  it("may always fail", () => {
    expect(done({ molecule }, [aWalk(steps), ...steps], "failed").after?.beads.get("gt-1")?.status).toBe("failed");
  });
});
