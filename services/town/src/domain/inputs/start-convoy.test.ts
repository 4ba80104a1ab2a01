import { describe, expect, it } from "vitest";
import { aContext, aConvoy, anIssue, aSnapshot } from "../builders.ts";
import { startConvoy } from "./start-convoy.ts";

function start(fields: Parameters<typeof aConvoy>[2]) {
  return startConvoy.decide(aSnapshot({ beads: [aConvoy("hq-9", [], fields)] }), { convoy: "hq-9" }, aContext());
}

describe("start-convoy", () => {
  it("lets a staged convoy go to work", () => {
    expect(start({ staged: true })).toEqual({
      outcome: "applied",
      changes: [{ type: "convoy.started", bead: "hq-9" }],
      result: { convoy: "hq-9" },
    });
    expect(startConvoy.needs({ convoy: "hq-9" })).toEqual({ beads: ["hq-9"] });
  });

  it.each([
    [{ staged: false }, "hq-9 is not staged: it was started already"],
    [{ staged: true, status: "closed" as const }, "hq-9 is closed and does not change any more"],
  ])("refuses one that is %j", (fields, message) => {
    expect(start(fields)).toEqual({ outcome: "refused", code: "wrong_state", message });
  });

  it("does not know other beads", () => {
    const state = aSnapshot({ beads: [anIssue("hq-9")] });
    expect(startConvoy.decide(state, { convoy: "hq-9" }, aContext())).toMatchObject({ code: "convoy_not_found" });
  });
});
