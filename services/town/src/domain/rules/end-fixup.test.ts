import { describe, expect, it } from "vitest";
import { aFixup, anAdoption, anIssue, aSnapshot, now } from "../builders.ts";
import { endFixup } from "./end-fixup.ts";

const request = anAdoption("gt-2");
const fixup = aFixup("gt-8", request);
const end = (reason: string) => [{ do: "end-fixup", bead: "gt-8", reason }];

describe("end-fixup", () => {
  it.each([
    ["is closed", [{ ...request, status: "closed" as const }], "gt-2 is closed"],
    ["has failed", [{ ...request, status: "failed" as const }], "gt-2 is failed"],
    ["is gone", [], "gt-2 does not exist any more"],
  ])("closes the repair of a merge request that %s", (_reason, requests, reason) => {
    expect(endFixup.look(aSnapshot({ beads: [fixup, ...requests] }), now).decisions).toEqual(end(reason));
  });

  it("leaves other work alone", () => {
    const closed = { ...request, status: "closed" } as const;
    expect(endFixup.look(aSnapshot({ beads: [request, fixup] }), now).decisions).toEqual([]);
    const beads = [closed, { ...fixup, status: "failed" as const }, anIssue("gt-3", { parent: "gt-2" })];
    expect(endFixup.look(aSnapshot({ beads }), now).decisions).toEqual([]);
  });
});
