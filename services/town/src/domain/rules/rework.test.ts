import { prState, reworkStates, type PolicyOverride, type PrState } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Issue, Request } from "../bead.ts";
import { anIssue, aPull, aRequest, aRig, aSnapshot, head, now } from "../builders.ts";
import { rework } from "./rework.ts";

function look(re: Partial<Request>, source: Partial<Issue> = {}, assignee: string | null = null) {
  return lookWith({ maxReworkRounds: 2 }, { re, assignee }, source);
}
function lookWith(policy: PolicyOverride, fields: Parameters<typeof aRequest>[2], source: Partial<Issue> = {}) {
  const issue = anIssue("gt-1", { status: "in_review", ...source });
  return rework.look(aSnapshot({ policy, beads: [issue, aRequest("gt-2", "gt-1", fields)] }), now);
}
const inState = (state: PrState) => ({
  pull: aPull({
    state,
    causes: [
      { state, message: "because" },
      { state: "awaiting_approval", message: "nobody approved" },
    ],
  }),
});

describe("rework", () => {
  it.each([...reworkStates])(
    "sends work back whose pull request is in state %s, with what is said about it",
    (state) => {
      expect(look(inState(state)).decisions).toEqual([
        {
          do: "rework",
          bead: "gt-2",
          source: "gt-1",
          reader: null,
          head: head("1"),
          reason: `its pull request is in state ${state}`,
          feedback: `Round 1 of 2: pull request #3 came back at ${head("1")}.\n- ${state}: because`,
        },
      ]);
    },
  );

  it("sends back what an author can act on although it is a draft", () => {
    const causes = [
      { state: "draft" as const, message: "it is a draft" },
      { state: "checks_failing" as const, message: "red" },
    ];
    const [decision] = look({ pull: aPull({ state: "draft", causes }) }).decisions;
    expect(decision).toMatchObject({
      do: "rework",
      reason: "its pull request is in state checks_failing",
      feedback: expect.stringContaining("- checks_failing: red"),
    });
  });

  it.each(prState.options.filter((state) => !reworkStates.has(state)))(
    "parks work whose pull request is in state %s: nobody failed",
    (state) => {
      expect(look(inState(state)).decisions).toEqual([]);
    },
  );

  it("sends work back that the refinery wants changed, and lets go who reads it", () => {
    const re = { review: "changes_requested" as const, reviewHead: head("1"), reviewSummary: "name it better" };
    expect(look(re, {}, "gt-22").decisions).toMatchObject([
      {
        do: "rework",
        reader: "gt-22",
        reason: "the refinery asks for changes",
        feedback: expect.stringContaining("- the reviewer asks for changes: name it better"),
      },
    ]);
    expect(look({ ...re, reviewSummary: null }).decisions).toHaveLength(1);
    expect(look({ ...re, reviewHead: head("7") }).decisions).toEqual([]);
  });

  it("sends work back that was said to be pushed when the forge, asked again, has the old head still", () => {
    const old = { pull: aPull({ state: "ready" }), awaitsReport: true, reworkedHead: head("1"), openAskedAt: now - 5 };
    const handedIn = { updatedAt: now - 60_010 };
    const answered = { re: old, updatedAt: now - 1 };
    expect(lookWith({}, answered, handedIn).decisions).toMatchObject([
      { do: "rework", head: head("1"), feedback: expect.stringContaining("was not pushed") },
    ]);
    // Asked once: the answer may have been on its way. Not answered yet, or another head: nothing is known.
    expect(lookWith({}, answered, { updatedAt: now - 1_000 }).decisions).toEqual([]);
    expect(lookWith({}, { ...answered, updatedAt: now - 9 }, handedIn).decisions).toEqual([]);
    expect(lookWith({}, { ...answered, re: { ...old, reworkedHead: head("7") } }, handedIn).decisions).toEqual([]);
  });

  it("waits for the forge to tell of new work before it believes an objection", () => {
    expect(look({ ...inState("conflicts"), awaitsReport: true }).decisions).toEqual([]);
    expect(look({ pull: null }).decisions).toEqual([]);
  });

  it.each(["open", "in_progress"] as const)("does not send work back that is %s: it is back already", (status) => {
    expect(look(inState("conflicts"), { status, reworkRounds: 1 })).toEqual({
      decisions: [],
      explanations: [
        {
          bead: "gt-2",
          says: "waits for new work on gt-1 (round 1 of 2)",
          movesWhen: "gt-1 is handed in again",
          until: null,
        },
      ],
      nextLook: null,
    });
  });

  it("fails work that came back too often (W22)", () => {
    expect(look(inState("checks_failing"), { reworkRounds: 2 }).decisions).toEqual([
      {
        do: "fail-bead",
        bead: "gt-1",
        requests: ["gt-2"],
        code: "too_many_rounds",
        message: "it came back from review 2 times, and again: its pull request is in state checks_failing",
      },
    ]);
  });

  it.each([
    ["conflicts", "autoResolveConflicts"],
    ["checks_failing", "autoResolveFeedback"],
    ["changes_requested", "autoResolveFeedback"],
    ["unresolved_threads", "autoResolveFeedback"],
  ] as const)("leaves state %s to people when %s is off, and tells them once for each head (W21)", (state, setting) => {
    const policy = { [setting]: false };
    const message = `its pull request is in state ${state}, and ${setting} is off`;
    const parked = { do: "park-request", bead: "gt-2", code: "left_to_people", message, head: head("1") };
    expect(lookWith(policy, { re: inState(state) }).decisions).toEqual([parked]);
    const stuck = { code: "left_to_people", message, head: head("1") };
    const told = lookWith(policy, { re: { ...inState(state), stuck } });
    expect(told).toMatchObject({ decisions: [], nextLook: null });
    expect(told.explanations).toMatchObject([
      {
        bead: "gt-2",
        says: `waits for a person: ${message}`,
        movesWhen: `a person puts it right on gt/anvil/gt-1, or ${setting} is switched on`,
        until: null,
      },
      { bead: "gt-1" },
    ]);
    const other = { re: { ...inState(state), stuck: { ...stuck, head: head("0") } } };
    expect(lookWith(policy, other).decisions).toEqual([parked]);
    expect(lookWith({}, { re: { ...inState(state), stuck } }).decisions).toMatchObject([{ do: "rework" }]);
  });

  it("sends back what our own refinery objects to, whatever is left to people", () => {
    const re = { review: "changes_requested" as const, reviewHead: head("1"), ...inState("changes_requested") };
    const policy = { autoResolveConflicts: false, autoResolveFeedback: false };
    expect(lookWith(policy, { re }).decisions).toMatchObject([{ do: "rework" }]);
  });

  it("goes by the rig's own settings (W23)", () => {
    const issue = anIssue("gt-1", { status: "in_review", reworkRounds: 2 });
    const beads = [issue, aRequest("gt-2", "gt-1", { re: inState("conflicts") })];
    const rigs = [aRig({ policyOverride: { maxReworkRounds: 2 } })];
    expect(rework.look(aSnapshot({ rigs, beads }), now).decisions).toMatchObject([{ do: "fail-bead" }]);
    expect(rework.look(aSnapshot({ beads }), now).decisions).toMatchObject([{ do: "rework" }]);
  });

  it("leaves merge requests alone whose work item has ended or is gone", () => {
    expect(look(inState("conflicts"), { status: "closed" }).decisions).toEqual([]);
    expect(
      rework.look(aSnapshot({ beads: [aRequest("gt-2", "gt-1", { re: inState("conflicts") })] }), now).decisions,
    ).toEqual([]);
  });
});
