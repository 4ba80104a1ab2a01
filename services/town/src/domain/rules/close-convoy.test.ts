import type { PolicyOverride } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Convoy, Issue } from "../bead.ts";
import { aConvoy, anIssue, aSnapshot, now } from "../builders.ts";
import { noLanding } from "../evolve/convoy-steps.ts";
import { closeConvoy } from "./close-convoy.ts";

const closed = anIssue("gt-1", { status: "closed" });
const failed = anIssue("gt-2", { status: "failed", failure: { code: "agent_failed", message: "no" } });
const accepted = anIssue("gt-3", { status: "closed", failure: { code: "agent_failed", message: "no" } });
const landed = {
  landings: [
    { ...noLanding("web"), landedAt: now - 5 },
    { ...noLanding("api"), landedAt: now - 9 },
  ],
};
const oneByOne = { branch: null, landings: [], mergeMode: "review-and-merge" } as const;

function look(members: readonly Issue[], fields: Partial<Convoy>, policy: PolicyOverride = {}) {
  const ids = members.map(({ bead }) => bead);
  return closeConvoy.look(aSnapshot({ policy, beads: [aConvoy("hq-9", ids, fields), ...members] }), now).decisions;
}
const close = (partial: boolean) => [{ do: "close-convoy", bead: "hq-9", partial }];

describe("close-convoy", () => {
  it.each([
    ["has landed in all its rigs", [closed], landed, {}, false],
    ["was merged bead by bead", [closed], oneByOne, {}, false],
    ["landed without a bead that failed", [closed, failed], landed, { landPartially: true }, true],
    ["landed without a bead whose failure a person accepted", [closed, accepted], oneByOne, {}, true],
  ])("closes a convoy that %s", (_reason, members, fields, policy, partial) => {
    expect(look(members, fields, policy)).toEqual(close(partial));
  });

  it.each<[string, readonly Issue[], Partial<Convoy>]>([
    ["has not landed in one of its rigs", [closed], { landings: [...landed.landings.slice(1), noLanding("web")] }],
    ["has a bead that is not done", [closed, anIssue("gt-4")], oneByOne],
    ["has a failed bead (W26)", [closed, failed], oneByOne],
    ["has no bead", [], oneByOne],
    ["has ended", [closed], { ...landed, status: "failed" }],
  ])("leaves a convoy open that %s", (_reason, members, fields) => {
    expect(look(members, fields)).toEqual([]);
  });
});
