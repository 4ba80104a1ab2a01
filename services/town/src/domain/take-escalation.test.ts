import { describe, expect, it } from "vitest";
import { aContext, anEscalation, aSnapshot, now } from "./builders.ts";
import { evolveAll } from "./evolve.ts";
import { closeBead } from "./inputs/close-bead.ts";
import { takeEscalation } from "./take-escalation.ts";

describe("take-escalation", () => {
  it("says who took it", () => {
    expect(takeEscalation(anEscalation("gt-5"), { actor: "user:ann", note: "" })).toMatchObject([
      { type: "escalation.acknowledged", note: "" },
      { to: "closed", reason: "taken by user:ann" },
    ]);
  });

  it("is what closing an escalation by hand comes to", () => {
    const state = aSnapshot({ beads: [anEscalation("gt-5")] });
    const decided = closeBead.decide(state, { bead: "gt-5", reason: "solved" }, aContext());
    expect(decided).toMatchObject({
      changes: [{ type: "escalation.acknowledged", note: "solved" }, { reason: "closed by user:ann: solved" }],
    });
    const after = evolveAll(state, decided.outcome === "applied" ? decided.changes : [], now);
    expect(after?.beads.get("gt-5")).toMatchObject({ status: "closed", acknowledgedAt: now });
  });
});
