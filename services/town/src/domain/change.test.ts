import { describe, expect, it } from "vitest";
import { isMoving } from "./change.ts";

describe("change", () => {
  it("calls for a look at the town, unless no rule could say anything new after it", () => {
    expect(isMoving({ type: "bead.unblocked", bead: "gt-1" })).toBe(true);
    expect(
      isMoving({ type: "agent.seen", agent: "gt-21", aliveAt: 1, activeAt: null, tokens: 0, microUsd: 0, busy: false }),
    ).toBe(false);
    expect(isMoving({ type: "mail.sent", bead: "gt-1", to: "gt-21", subject: "s" })).toBe(true);
    expect(isMoving({ type: "mail.delivered", agent: "gt-21", beads: ["gt-1"] })).toBe(false);
  });
});
