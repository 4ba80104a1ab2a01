import { describe, expect, it } from "vitest";
import { aContext, anEscalation, anIssue, aSnapshot } from "../builders.ts";
import { acknowledgeEscalation } from "./acknowledge-escalation.ts";

function decide(bead: string, beads = [anEscalation("gt-5")]) {
  return acknowledgeEscalation.decide(aSnapshot({ beads }), { bead, note: "I look at it" }, aContext());
}

describe("acknowledge-escalation", () => {
  it("takes it: closed, with the note", () => {
    expect(decide("gt-5")).toEqual({
      outcome: "applied",
      result: { bead: "gt-5" },
      changes: [
        { type: "escalation.acknowledged", bead: "gt-5", note: "I look at it" },
        {
          type: "bead.status-changed",
          bead: "gt-5",
          from: "open",
          to: "closed",
          reason: "taken by user:ann: I look at it",
        },
      ],
    });
  });

  it("changes nothing when it was taken already", () => {
    expect(decide("gt-5", [anEscalation("gt-5", { status: "closed" })])).toMatchObject({
      outcome: "applied",
      changes: [],
    });
  });

  it("does not know what does not exist, and takes nothing but escalations", () => {
    expect(decide("gt-6")).toMatchObject({ outcome: "terminal", code: "bead_not_found" });
    const other = acknowledgeEscalation.decide(
      aSnapshot({ beads: [anIssue("gt-1")] }),
      { bead: "gt-1", note: "" },
      aContext(),
    );
    expect(other).toMatchObject({ outcome: "refused", code: "wrong_state" });
  });
});
