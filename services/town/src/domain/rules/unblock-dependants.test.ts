import { describe, expect, it } from "vitest";
import { anIssue, aSnapshot, now } from "../builders.ts";
import { unblockDependants } from "./unblock-dependants.ts";

function look(blocked: boolean, statuses: readonly ("open" | "closed" | "failed")[]) {
  const blockers = statuses.map((status, i) => anIssue(`gt-${i + 2}`, { status }));
  const issue = anIssue("gt-1", { blocked, dependsOn: blockers.map((b) => b.bead) });
  return unblockDependants.look(aSnapshot({ beads: [issue, ...blockers] }), now).decisions;
}

describe("unblock-dependants", () => {
  it.each([
    ["all its blockers are closed", ["closed", "closed"]],
    ["it has no blockers any more", []],
  ] as const)("tells that a bead is unblocked when %s", (_reason, statuses) => {
    expect(look(true, statuses)).toEqual([{ do: "unblock", bead: "gt-1" }]);
  });

  it.each([
    ["one is live", ["closed", "open"]],
    ["one has failed: whether to go on is for a person to say (W26)", ["closed", "failed"]],
  ] as const)("does not when %s", (_reason, statuses) => {
    expect(look(true, statuses)).toEqual([]);
  });

  it("tells it once", () => {
    expect(look(false, ["closed"])).toEqual([]);
  });

  it("forgets blockers that do not exist any more", () => {
    const issue = anIssue("gt-1", { blocked: true, dependsOn: ["gt-9"] });
    expect(unblockDependants.look(aSnapshot({ beads: [issue] }), now).decisions).toHaveLength(1);
  });
});
