import { describe, expect, test } from "vitest";
import { beadId, branchName, formatBeadId, townId } from "./ids.ts";
import { policy, policyOverride } from "./policy.ts";

describe("ids", () => {
  test.each(["a", "demo", "a-1", "x".repeat(32)])("%j is a town id", (id) =>
    expect(townId.safeParse(id).success).toBe(true),
  );
  test.each(["", "-a", "a-", "A", "a.b", "a_b", "x".repeat(33), "a\n"])("%j is not a town id", (id) =>
    expect(townId.safeParse(id).success).toBe(false),
  );
  test("bead ids count in base 36", () => {
    expect(formatBeadId("gt", 1)).toBe("gt-1");
    expect(formatBeadId("gt", 46_655)).toBe("gt-zzz");
    expect(beadId.safeParse(formatBeadId("gt", 123_456)).success).toBe(true);
  });
});

describe("branch names (kilo-container-api §4.2)", () => {
  test.each(["main", "gt/toast/gt-1", "convoy/x/1234/head", "a.b"])("%j is accepted", (name) =>
    expect(branchName.safeParse(name).success).toBe(true),
  );
  test.each([
    "",
    "-x",
    "/x",
    "x/",
    "a..b",
    "a b",
    "a~b",
    "a^b",
    "a:b",
    "a?b",
    "a*b",
    "a[b",
    "a\\b",
    "a\u0000b",
    "a\u007fb",
    "a//b",
    "x.lock",
    "x.",
    "a@{b",
  ])("%j is refused", (name) => expect(branchName.safeParse(name).success).toBe(false));
});

describe("policy", () => {
  test("an empty policy has every number", () => {
    expect(policy.parse({})).toMatchObject({ heartbeatLostMs: 90_000, maxDispatchAttempts: 5, codeReview: true });
  });
  test("an override holds what was given and no defaults", () => {
    expect(policyOverride.parse({ codeReview: false })).toEqual({ codeReview: false });
  });
  test("an unknown name or a wrong value is refused", () => {
    expect(policyOverride.safeParse({ codeReviews: false }).success).toBe(false);
    expect(policyOverride.safeParse({ maxPolecatsPerRig: 0 }).success).toBe(false);
  });
});
