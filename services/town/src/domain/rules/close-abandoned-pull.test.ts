import { describe, expect, it } from "vitest";
import { anAdoption, aPull, aRequest, aSnapshot, now } from "../builders.ts";
import { closeAbandonedPull } from "./close-abandoned-pull.ts";

describe("close-abandoned-pull", () => {
  it.each([
    ["whose bead was closed", "closed" as const, null],
    ["whose bead has failed", "failed" as const, null],
    ["that the forge did not close in a minute", "failed" as const, now - 60_000],
  ])("asks to close a pull request %s", (_reason, status, closeAskedAt) => {
    const beads = [aRequest("gt-2", "gt-1", { status, re: { closeAskedAt } })];
    expect(closeAbandonedPull.look(aSnapshot({ beads }), now)).toMatchObject({
      decisions: [{ do: "close-pull", bead: "gt-2" }],
      nextLook: null,
    });
  });

  it("waits for the forge before it asks again", () => {
    const beads = [aRequest("gt-2", "gt-1", { status: "failed", re: { closeAskedAt: now - 1000 } })];
    expect(closeAbandonedPull.look(aSnapshot({ beads }), now)).toMatchObject({ decisions: [], nextLook: now + 59_000 });
  });

  it.each([
    ["of a live bead", aRequest("gt-2", "gt-1")],
    ["that was adopted: it is not ours", anAdoption("gt-2", { status: "closed" })],
    ["that is closed", aRequest("gt-2", "gt-1", { status: "failed", re: { pull: aPull({ state: "closed" }) } })],
    ["that is merged", aRequest("gt-2", "gt-1", { status: "closed", re: { pull: aPull({ state: "merged" }) } })],
    ["that never was", aRequest("gt-2", "gt-1", { status: "closed", re: { pull: null } })],
  ])("leaves a pull request alone %s", (_reason, bead) => {
    expect(closeAbandonedPull.look(aSnapshot({ beads: [bead] }), now)).toMatchObject({ decisions: [], nextLook: null });
  });
});
