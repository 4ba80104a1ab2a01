import { describe, expect, it } from "vitest";
import type { Bead } from "../bead.ts";
import { aContext, aConvoy, aLanding, anIssue, aRequest, aSnapshot } from "../builders.ts";
import { closeConvoy } from "./close-convoy.ts";

function close(beads: readonly Bead[], reason = "") {
  return closeConvoy.decide(aSnapshot({ beads }), { convoy: "hq-9", reason }, aContext());
}

describe("close-convoy", () => {
  it("closes the convoy with its live beads, their merge requests and its landings, and nothing else", () => {
    const decided = close(
      [
        aConvoy("hq-9", ["gt-1", "gt-2", "gt-3", "gt-4"]),
        anIssue("gt-1"),
        anIssue("gt-2", { status: "in_review" }),
        anIssue("gt-3", { status: "failed" }),
        anIssue("gt-5"),
        aRequest("gt-6", "gt-2", { status: "in_progress" }),
        aRequest("gt-7", "gt-5"),
        aLanding("gt-8", "hq-9"),
        aLanding("gt-10", "hq-9", { status: "failed" }),
      ],
      "not needed",
    );
    const changes = decided.outcome === "applied" ? decided.changes : [];
    const reason = "convoy hq-9 was closed by user:ann: not needed";
    const to = { type: "bead.status-changed", to: "closed" } as const;
    expect(changes).toEqual([
      { ...to, bead: "gt-1", from: "open", reason },
      { ...to, bead: "gt-2", from: "in_review", reason },
      { ...to, bead: "gt-6", from: "in_progress", reason },
      { ...to, bead: "gt-8", from: "open", reason },
      { ...to, bead: "hq-9", from: "open", reason: "closed by user:ann: not needed" },
    ]);
    expect(closeConvoy.needs({ convoy: "hq-9", reason: "" })).toEqual({ convoys: ["hq-9"], around: ["hq-9"] });
  });

  it("closes one that has failed, which lets what waits for it go on (W26)", () => {
    expect(close([aConvoy("hq-9", [], { status: "failed" })])).toMatchObject({
      changes: [{ from: "failed", to: "closed" }],
    });
  });

  it("changes nothing of one that is closed, and knows no other beads", () => {
    expect(close([aConvoy("hq-9", [], { status: "closed" })])).toEqual({ outcome: "applied", changes: [] });
    expect(close([anIssue("hq-9")])).toMatchObject({ outcome: "terminal", code: "convoy_not_found" });
  });
});
