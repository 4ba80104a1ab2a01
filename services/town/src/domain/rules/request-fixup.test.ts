import { prState, reworkStates, type PolicyOverride, type PrState } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Bead, MergeRequest, Request } from "../bead.ts";
import { aConvoy, aFixup, anAdoption, aLanding, anIssue, aPull, aRequest, aSnapshot, head, now } from "../builders.ts";
import { requestFixup } from "./request-fixup.ts";

const convoy = aConvoy("hq-9", []);

function look(request: MergeRequest, policy: PolicyOverride = {}, more: readonly Bead[] = []) {
  return requestFixup.look(
    aSnapshot({ policy: { maxReworkRounds: 2, ...policy }, beads: [convoy, request, ...more] }),
    now,
  );
}
const inState = (state: PrState, re: Partial<Request> = {}) => ({
  re: { pull: aPull({ state, causes: [{ state, message: "because" }] }), ...re },
});
const whys = { conflicts: "conflict" } as const;

describe.each([
  ["a landing", (fields: Parameters<typeof aRequest>[2]) => aLanding("gt-2", "hq-9", fields)],
  ["an adopted pull request", (fields: Parameters<typeof aRequest>[2]) => anAdoption("gt-2", fields)],
])("request-fixup, of %s", (_kind, make) => {
  it.each([...reworkStates])("has it repaired in state %s", (state) => {
    expect(look(make(inState(state))).decisions).toEqual([
      {
        do: "request-fixup",
        bead: "gt-2",
        why: state in whys ? "conflict" : "feedback",
        reader: null,
        head: head("1"),
        reason: `its pull request is in state ${state}`,
        feedback: `Repair 1 of 2: pull request #3 came back at ${head("1")}.\n- ${state}: because`,
      },
    ]);
  });

  it.each(prState.options.filter((state) => !reworkStates.has(state)))("leaves it alone in state %s", (state) => {
    expect(look(make(inState(state)))).toEqual({ decisions: [], explanations: [], nextLook: null });
  });

  it("lets the refinery go that reads it, and has done what that asked for", () => {
    const review = { review: "changes_requested" as const, reviewHead: head("1"), reviewSummary: "name it better" };
    expect(look(make({ assignee: "gt-22", ...inState("checks_pending", review) })).decisions).toMatchObject([
      { why: "rework", reader: "gt-22", feedback: expect.stringContaining("name it better") },
    ]);
  });

  it("waits for the forge to tell of the new head before it believes an objection", () => {
    expect(look(make(inState("conflicts", { awaitsReport: true }))).decisions).toEqual([]);
  });

  it("has one repair at a time, and says which", () => {
    const request = make(inState("conflicts", { reworkedHead: head("1"), fixups: 1 }));
    const found = look(request, {}, [aFixup("gt-8", request)]);
    expect(found.decisions).toEqual([]);
    expect(found.explanations[0]).toEqual({
      bead: "gt-2",
      says: "waits for gt-8 (open), which repairs it",
      movesWhen: "gt-8 is handed in",
      until: null,
    });
  });

  it("repairs the next head too", () => {
    const again = inState("conflicts", { reworkedHead: head("0"), fixups: 1 });
    expect(look(make(again)).decisions).toMatchObject([{ do: "request-fixup", head: head("1") }]);
  });

  it.each(["autoResolveConflicts", "autoResolveFeedback"] as const)("leaves it to people when %s is off", (setting) => {
    const state = setting === "autoResolveConflicts" ? "conflicts" : "checks_failing";
    expect(look(make(inState(state)), { [setting]: false }).decisions).toMatchObject([
      { do: "park-request", code: "left_to_people", head: head("1") },
    ]);
    const left = { stuck: { code: "left_to_people", message: "m", head: head("1") } };
    expect(look(make(inState(state, left)), { [setting]: false }).decisions).toEqual([]);
    expect(look(make(inState(state, left))).decisions).toMatchObject([{ do: "request-fixup" }]);
  });
});

describe("request-fixup, when repairs do not help", () => {
  const notRepaired = { reworkedHead: head("1"), fixups: 1 };
  const tooOften = { reworkedHead: head("0"), fixups: 2 };
  const silent = "its repair ended without a new head: its pull request is in state conflicts";
  const often = "it was repaired 2 times, and again: its pull request is in state conflicts";

  it.each([
    ["a repair that brought no new head (W21)", notRepaired, "not_repaired", silent],
    ["too many repairs (W22)", tooOften, "too_many_rounds", often],
  ])(
    "gives up after %s: a landing attempt has failed, an adopted one waits for a person",
    (_reason, re, code, message) => {
      expect(look(aLanding("gt-2", "hq-9", inState("conflicts", re))).decisions).toEqual([
        { do: "fail-landing", bead: "gt-2", code, message },
      ]);
      expect(look(anAdoption("gt-2", inState("conflicts", re))).decisions).toEqual([
        { do: "park-request", bead: "gt-2", code, message, head: head("1") },
      ]);
    },
  );

  it("says so once, and then waits for the person for as long as it is that head", () => {
    const stuck = { code: "too_many_rounds", message: often, head: head("1") };
    const found = look(anAdoption("gt-2", inState("conflicts", { ...tooOften, stuck })));
    expect(found).toMatchObject({ decisions: [], nextLook: null });
    expect(found.explanations).toEqual([
      {
        bead: "gt-2",
        says: `waits for a person: ${often}`,
        movesWhen: "a person puts it right on their/work, or slings it for more repairs (gastown sling gt-2)",
        until: null,
      },
    ]);
    expect(look(anAdoption("gt-2", inState("ready", { ...tooOften, stuck })))).toMatchObject({ explanations: [] });
  });
});

describe("request-fixup", () => {
  it("leaves work with an author to him, and landings whose convoy is gone to others", () => {
    const issue = anIssue("gt-1", { status: "in_review" });
    expect(look(aRequest("gt-2", "gt-1", inState("conflicts")), {}, [issue]).decisions).toEqual([]);
    expect(look(aLanding("gt-2", "hq-8", inState("conflicts"))).decisions).toEqual([]);
    expect(look(aLanding("gt-2", "hq-9", { status: "failed", ...inState("conflicts") })).decisions).toEqual([]);
  });
});
