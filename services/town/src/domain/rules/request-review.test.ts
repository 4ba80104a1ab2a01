import { prState, reworkStates } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import type { MergeRequest } from "../bead.ts";
import { head, anAgent, anIssue, aPull, aRequest, aSnapshot, aWorker, now } from "../builders.ts";
import { requestReview } from "./request-review.ts";

const source = anIssue("gt-1", { status: "in_review" });
const refinery = anAgent("gt-22", { role: "refinery" });

function look(requests: readonly MergeRequest[], agents: readonly Agent[] = [], policy = {}) {
  return requestReview.look(aSnapshot({ policy, beads: [source, ...requests], agents }), now);
}

describe("request-review, on the forge", () => {
  it.each([
    ["of work that was just handed in", { pull: null, openAskedAt: null }],
    ["again, when the forge has not told of it for a minute", { pull: null, openAskedAt: now - 60_000 }],
    ["of new work on a pull request that was sent back", { awaitsReport: true, openAskedAt: null }],
  ])("asks to open the pull request %s", (_reason, re) => {
    expect(look([aRequest("gt-2", "gt-1", { re })]).decisions).toEqual([{ do: "open-pull", bead: "gt-2" }]);
  });

  it("waits for the forge, and says so", () => {
    const found = look([aRequest("gt-2", "gt-1", { re: { pull: null, openAskedAt: now - 50_000 } })]);
    expect(found).toMatchObject({
      decisions: [],
      explanations: [
        { bead: "gt-2", says: "waits for the forge to tell of it (asked again in {wait})", until: now + 10_000 },
        { bead: "gt-1", says: "its merge request gt-2 waits for the forge to tell of it (asked again in {wait})" },
      ],
      nextLook: now + 10_000,
    });
  });

  it.each(["open", "in_progress"] as const)("asks for nothing while the work item is %s", (status) => {
    const snapshot = aSnapshot({
      beads: [{ ...source, status }, aRequest("gt-2", "gt-1", { re: { pull: null, openAskedAt: null } })],
    });
    expect(requestReview.look(snapshot, now)).toEqual({ decisions: [], explanations: [], nextLook: null });
  });
});

describe("request-review, by the refinery", () => {
  it("hooks the rig's refinery, or a new one", () => {
    expect(look([aRequest("gt-2", "gt-1")], [refinery]).decisions).toEqual([
      { do: "hook-refinery", bead: "gt-2", agent: "gt-22" },
    ]);
    expect(look([aRequest("gt-2", "gt-1")], [{ ...refinery, rig: "api" }]).decisions).toEqual([
      { do: "hook-refinery", bead: "gt-2", agent: null },
    ]);
  });

  it("gives it the oldest, one at a time; the others wait", () => {
    const found = look([aRequest("gt-9", "gt-1"), aRequest("gt-3", "gt-1")], [refinery]);
    expect(found.decisions).toEqual([{ do: "hook-refinery", bead: "gt-3", agent: "gt-22" }]);
    expect(found.explanations[0]).toMatchObject({ bead: "gt-9", says: "waits for the refinery of web" });
  });

  it("waits for a refinery that reads another", () => {
    const found = look([aRequest("gt-2", "gt-1")], [aWorker("gt-22", "gt-8", { role: "refinery" })]);
    expect(found.decisions).toEqual([]);
    expect(found.explanations[0]).toMatchObject({ bead: "gt-2", says: "waits for the refinery, which reads gt-8" });
  });

  it.each(prState.options)("knows whether reading is worth it in state %s", (state) => {
    const worth = !reworkStates.has(state) && !["draft", "merged", "closed"].includes(state);
    expect(look([aRequest("gt-2", "gt-1", { re: { pull: aPull({ state }) } })]).decisions).toHaveLength(worth ? 1 : 0);
  });

  it.each([
    ["was approved", { re: { review: "approved" as const, reviewHead: head("1") } }],
    ["is to be changed", { re: { review: "changes_requested" as const, reviewHead: head("1") } }],
    ["is being read", { status: "in_progress" as const, assignee: "gt-22" }],
    ["is hooked", { assignee: "gt-22", re: { review: "requested" as const } }],
  ])("does not have read what %s", (_reason, fields) => {
    expect(look([aRequest("gt-2", "gt-1", fields)]).decisions).toEqual([]);
  });

  it("has read again what was read on another head", () => {
    const moved = aRequest("gt-2", "gt-1", { re: { review: "approved", reviewHead: head("0") } });
    expect(look([moved], [refinery]).decisions).toEqual([{ do: "hook-refinery", bead: "gt-2", agent: "gt-22" }]);
  });

  it("reads nothing when the town has no code review", () => {
    expect(look([aRequest("gt-2", "gt-1")], [], { codeReview: false }).decisions).toEqual([]);
  });

  it("tries again after a while, and leaves it to a person after too many tries", () => {
    const tried = { attempts: 2, lastDispatchAt: now - 10_000 };
    const found = look([aRequest("gt-2", "gt-1", tried)]);
    expect(found).toMatchObject({ decisions: [], nextLook: now + 50_000 });
    expect(found.explanations[0]?.says).toBe("waits {wait} until the refinery tries again");
    expect(look([aRequest("gt-2", "gt-1", { ...tried, attempts: 5 })]).decisions).toEqual([
      { do: "park-review", bead: "gt-2" },
    ]);
    const parked = look([aRequest("gt-2", "gt-1", { ...tried, attempts: 5, re: { parked: true } })]);
    expect(parked.decisions).toEqual([]);
    expect(parked.explanations[0]?.says).toBe("waits for a person: the refinery failed to read it 5 times");
  });

  it("has nobody to ask in no rig", () => {
    expect(look([aRequest("gt-2", "gt-1", { rig: null })], [refinery]).decisions).toEqual([
      { do: "hook-refinery", bead: "gt-2", agent: null },
    ]);
  });
});
