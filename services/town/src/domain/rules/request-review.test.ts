import { prState } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Agent } from "../agent.ts";
import type { MergeRequest } from "../bead.ts";
import { aConvoy, head, anAgent, anIssue, aPull, aRequest, aRig, aSnapshot, aWorker, now } from "../builders.ts";
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

  it("asks after one of which nothing was told for a day, and once a day: a fact that was lost is told again", () => {
    const day = 86_400_000;
    const silent = (openAskedAt: number) => {
      const request = aRequest("gt-2", "gt-1", { re: { pull: aPull({ state: "awaiting_approval" }), openAskedAt } });
      return look([{ ...request, updatedAt: now - day }]);
    };
    expect(silent(now - day)).toMatchObject({ decisions: [{ do: "open-pull", bead: "gt-2" }] });
    expect(silent(now - day + 5)).toEqual({ decisions: [], explanations: [], nextLook: now + 5 });
  });

  it("waits for a person when the forge refuses, and asks again when it is slung", () => {
    const stuck = { code: "head_has_pull", message: "Branch x has a pull request", head: null };
    const found = look([aRequest("gt-2", "gt-1", { re: { pull: null, openAskedAt: now - 900_000, stuck } })]);
    expect(found).toMatchObject({ decisions: [] });
    expect(found.explanations).toMatchObject([
      {
        bead: "gt-2",
        says: "waits for a person: the forge refuses it (head_has_pull): Branch x has a pull request",
        movesWhen: "what stands in the way is gone and it is slung again (gastown sling gt-2), or a person closes gt-1",
        until: null,
      },
      { bead: "gt-1" },
    ]);
  });

  it("asks for landings and adoptions like for work, but not while somebody repairs them", () => {
    const convoy = aConvoy("hq-7", []);
    const landing = aRequest("gt-2", "hq-7", { re: { pull: null, openAskedAt: null } });
    const adopted = aRequest("gt-3", "", { re: { source: null, adopts: 9, pull: null, openAskedAt: null } });
    const beads = [convoy, landing, adopted];
    expect(requestReview.look(aSnapshot({ beads }), now).decisions).toEqual([
      { do: "open-pull", bead: "gt-2" },
      { do: "open-pull", bead: "gt-3" },
    ]);
    const fixups = [2, 3].map((n) =>
      anIssue(`gt-1${n}`, { kind: "fixup", fixup: { request: `gt-${n}`, why: "conflict" } }),
    );
    expect(requestReview.look(aSnapshot({ beads: [...beads, ...fixups] }), now).decisions).toEqual([]);
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
    const worth = ["ready", "checks_pending", "unknown"].includes(state);
    expect(look([aRequest("gt-2", "gt-1", { re: { pull: aPull({ state }) } })]).decisions).toHaveLength(worth ? 1 : 0);
  });

  it("reads what a person has approved before it could be read: the wait for the person is not the end of it", () => {
    const waited = aRequest("gt-2", "gt-1", { re: { pull: aPull({ state: "awaiting_approval" }) } });
    expect(look([waited], [refinery])).toMatchObject({ decisions: [], explanations: [] });
    const ready = aRequest("gt-2", "gt-1", { re: { pull: aPull({ state: "ready" }) } });
    expect(look([ready], [refinery]).decisions).toEqual([{ do: "hook-refinery", bead: "gt-2", agent: "gt-22" }]);
  });

  it("never reads what was adopted: its own people judge it (kilo-town §1.6)", () => {
    const adopted = aRequest("gt-2", "gt-1", { re: { source: null, adopts: 9, pull: aPull({ state: "ready" }) } });
    expect(look([adopted], [refinery]).decisions).toEqual([]);
  });

  it("goes by the rig's own settings (W23)", () => {
    const rigs = [aRig({ policyOverride: { codeReview: false } })];
    const beads = [source, aRequest("gt-2", "gt-1")];
    expect(requestReview.look(aSnapshot({ rigs, beads }), now).decisions).toEqual([]);
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

describe("request-review, while the refinery is stalled", () => {
  it("waits for it to be stopped: it is not hooked to anything", () => {
    const found = look([aRequest("gt-2", "gt-1")], [{ ...refinery, status: "stalled", stalledAt: now - 1000 }]);
    expect(found).toMatchObject({ decisions: [] });
    expect(found.explanations).toMatchObject([{ bead: "gt-2", movesWhen: "its process has ended" }, { bead: "gt-1" }]);
  });
});
