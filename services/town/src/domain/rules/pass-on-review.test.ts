import { describe, expect, it } from "vitest";
import { aRequest, aSnapshot, now } from "../builders.ts";
import { passOnReview } from "./pass-on-review.ts";

function look(re: object, status: "open" | "closed" = "open") {
  return passOnReview.look(aSnapshot({ beads: [aRequest("gt-2", "gt-1", { status, re })] }), now).decisions;
}

describe("pass-on-review", () => {
  it.each(["approved", "changes_requested"] as const)("gives the forge a verdict of %s", (review) => {
    expect(look({ review })).toEqual([{ do: "tell-review", bead: "gt-2" }]);
  });

  it.each([
    ["was not read", { review: "none" }],
    ["is being read", { review: "requested" }],
    ["is not on the forge yet", { review: "approved", pull: null }],
    ["was told", { review: "approved", reviewTold: true }],
  ])("tells nothing of what %s", (_reason, re) => {
    expect(look(re)).toEqual([]);
  });

  it("tells nothing of what has ended", () => {
    expect(look({ review: "approved" }, "closed")).toEqual([]);
  });
});
