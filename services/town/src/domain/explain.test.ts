import { describe, expect, it } from "vitest";
import { aContext, aMessage, anEscalation, anIssue, aRequest, aSnapshot, now } from "./builders.ts";
import { explain, renewCauses, type Cause } from "./explain.ts";
import { newAgentBead } from "./new-bead.ts";
import { isoTime } from "./time.ts";

const said = {
  bead: "gt-1",
  rule: "assign-open-bead",
  says: "waits {wait} for its dispatch cool-down",
  movesWhen: "its cool-down is over",
  until: now + 22_500,
};
const cause = (fields: Partial<Cause> = {}): Cause => ({ ...said, since: now - 5000, ...fields });
const last = {
  at: isoTime(now),
  type: "bead.status-changed",
  actor: "rule:close-merged",
  cause: "close-merged",
  traceId: null,
  data: { reason: "merged as abc" },
};

describe("explain", () => {
  it("tells what each rule says, the newest first, with the time as it is now", () => {
    const older = cause({ rule: "dispatch", says: "is dull", movesWhen: "it is not", until: null, since: now - 9000 });
    expect(explain(anIssue("gt-1"), { causes: [older, cause()], lastCause: last, now })).toEqual({
      bead: "gt-1",
      status: "open",
      summary: "gt-1 waits 23 s for its dispatch cool-down",
      reasons: [
        { rule: "assign-open-bead", says: "waits 23 s for its dispatch cool-down", since: isoTime(now - 5000) },
        { rule: "dispatch", says: "is dull", since: isoTime(now - 9000) },
      ],
      movesWhen: ["its cool-down is over", "it is not"],
      nextLookAt: isoTime(now + 22_500),
      lastCause: last,
    });
  });

  it.each([
    ["an open bead nobody looked at yet", anIssue("gt-1"), "gt-1 is open; the rules look at it in a moment"],
    [
      "a merge request nobody looked at yet",
      aRequest("gt-2", "gt-1"),
      "gt-2 is open; the rules look at it in a moment",
    ],
    ["a bead that is closed, and why", anIssue("gt-1", { status: "closed" }), "gt-1 is closed: merged as abc"],
    [
      "a bead that has failed, and why",
      anIssue("gt-1", { status: "failed", failure: { code: "pr_closed", message: "nobody wants it" } }),
      "gt-1 has failed (pr_closed): nobody wants it",
    ],
    ["an escalation", anEscalation("hq-1"), "hq-1 waits for a person to acknowledge or close it"],
    ["a message", aMessage("gt-3", "gt-21"), "gt-3 waits to be fetched by gt-21"],
    [
      "an agent",
      newAgentBead(aSnapshot(), {
        rig: "web",
        title: "Anvil",
        body: "",
        trace: aContext().trace,
        actor: "rule:x",
        now,
      }),
      "gt-rs is an agent",
    ],
  ])("says one sentence about %s", (_reason, bead, summary) => {
    expect(explain(bead, { causes: [], lastCause: last, now }).summary).toBe(summary);
  });

  it("knows a bead that is closed for no known reason, and no reason of one that has ended counts", () => {
    expect(explain(anIssue("gt-1", { status: "closed" }), { causes: [cause()], lastCause: null, now })).toMatchObject({
      summary: "gt-1 is closed",
      reasons: [],
      nextLookAt: null,
    });
  });
});

describe("renewCauses", () => {
  it("keeps since when a rule has been saying the same, and begins anew with another word", () => {
    const before = [cause({ since: 1 }), cause({ rule: "dispatch", since: 2 })];
    const again = { ...said, until: now + 1 };
    expect(renewCauses(before, [again, { ...said, rule: "dispatch", says: "other" }], now)).toEqual([
      { ...again, since: 1 },
      { ...said, rule: "dispatch", says: "other", since: now },
    ]);
  });

  it("gives each rule one voice about a bead", () => {
    expect(renewCauses([], [said, { ...said, says: "last word" }], now)).toEqual([
      { ...said, says: "last word", since: now },
    ]);
  });
});
