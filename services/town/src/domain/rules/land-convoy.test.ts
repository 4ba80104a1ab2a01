import type { PolicyOverride } from "@gastown/contracts";
import { describe, expect, it } from "vitest";
import type { Convoy, Issue, Landing } from "../bead.ts";
import { aConvoy, aLanding, anIssue, aPull, aRig, aSnapshot, now } from "../builders.ts";
import { noLanding } from "../evolve/convoy-steps.ts";
import { landConvoy } from "./land-convoy.ts";

const done: readonly Issue[] = [
  anIssue("gt-1", { status: "closed" }),
  anIssue("ap-2", { status: "closed", rig: "api" }),
];
const rigs = [aRig(), aRig({ rig: "api", prefix: "ap" })];
type Requests = readonly ReturnType<typeof aLanding>[];

function look(
  landings: readonly Partial<Landing>[],
  {
    requests = [],
    fields = {},
    members = done,
    policy = {},
  }: { requests?: Requests; fields?: Partial<Convoy>; members?: readonly Issue[]; policy?: PolicyOverride } = {},
) {
  const all = landings.map((landing, index) => ({
    ...noLanding(["web", "api"][index] ?? ""),
    branchState: "ready" as const,
    ...landing,
  }));
  const convoy = aConvoy(
    "hq-9",
    members.map(({ bead }) => bead),
    { landings: all, ...fields },
  );
  return landConvoy.look(aSnapshot({ policy, rigs, beads: [convoy, ...members, ...requests] }), now);
}
const requested = (request: string) => ({ attempts: 1, lastAttemptAt: now - 1000, request });
const failedOne = aLanding("gt-5", "hq-9", {
  status: "failed",
  updatedAt: now - 1000,
  failure: { code: "not_repaired", message: "it conflicts" },
  re: { pull: aPull({ state: "closed" }) },
});

describe("land-convoy", () => {
  it("asks to land a complete convoy in each of its rigs (W26)", () => {
    expect(look([{}, {}]).decisions).toEqual([{ do: "request-landing", bead: "hq-9", rigs: ["web", "api"] }]);
  });

  it("lands nowhere before the beads in all rigs are done", () => {
    const members = [done[0] ?? anIssue("gt-1"), anIssue("ap-2", { rig: "api" })];
    expect(look([{}, {}], { members })).toEqual({ decisions: [], explanations: [], nextLook: null });
  });

  it("has one landing at a time in each rig, and says which", () => {
    const requests = [aLanding("gt-5", "hq-9"), aLanding("ap-6", "hq-9", { rig: "api", status: "closed" })];
    const found = look([requested("gt-5"), { ...requested("ap-6"), landedAt: now }], { requests });
    expect(found).toEqual({
      decisions: [],
      explanations: [
        {
          bead: "hq-9",
          says: "lands: web by gt-5; api has landed",
          movesWhen: "its merge request is merged in each of its rigs",
          until: null,
        },
      ],
      nextLook: null,
    });
  });

  it("notes what has landed, also where there was nothing to land", () => {
    const requests = [aLanding("gt-5", "hq-9", { status: "closed" })];
    const found = look([requested("gt-5"), { branchState: "failed" }], { requests });
    expect(found.decisions).toEqual([{ do: "note-landed", bead: "hq-9", rigs: ["web", "api"] }]);
  });

  it.each(["awaiting_approval", "checks_pending", "queued", "unknown", "blocked", "draft", "behind"] as const)(
    "makes no other attempt and has no timer while its landing is in state %s, for as long as that takes (R9, W5)",
    (state) => {
      const requests = [aLanding("gt-5", "hq-9", { re: { pull: aPull({ state }) } })];
      const long = { attempts: 1, lastAttemptAt: now - 90 * 86_400_000, request: "gt-5" };
      expect(look([long], { requests })).toMatchObject({ decisions: [], nextLook: null });
    },
  );

  it("waits after a failed landing, and says until when", () => {
    const found = look([requested("gt-5"), { landedAt: now }], { requests: [failedOne] });
    expect(found).toMatchObject({ decisions: [], nextLook: now + 59_000 });
    expect(found.explanations[0]).toMatchObject({
      says: "lands: web after attempt 1 failed, again in {wait}; api has landed",
      until: now + 59_000,
    });
    expect(look([{ ...requested("gt-5"), attempts: 5 }], { requests: [failedOne] })).toMatchObject({
      decisions: [],
      explanations: [{ says: "lands: web has failed for good: it conflicts" }],
      nextLook: null,
    });
  });

  it("waits for the forge to close the pull request that failed", () => {
    const requests = [{ ...failedOne, request: { ...failedOne.request, pull: aPull({ state: "conflicts" }) } }];
    const found = look([requested("gt-5")], { requests });
    expect(found.decisions).toEqual([]);
    expect(found.explanations[0]?.says).toBe("lands: web waits for the forge to close pull request #3, which failed");
  });

  it.each([
    ["is merged bead by bead", { branch: null }],
    ["is staged", { staged: true }],
    ["has ended", { status: "failed" as const }],
  ])("leaves a convoy alone that %s", (_reason, fields) => {
    expect(look([{}], { fields })).toEqual({ decisions: [], explanations: [], nextLook: null });
  });
});
