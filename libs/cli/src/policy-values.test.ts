import { policyFields } from "@gastown/client";
import { expect, test } from "vitest";
import { policyOf } from "./policy-values.ts";

test("values have the types of their fields", () => {
  const given = {
    maxPolecatsPerRig: "2",
    codeReview: "false",
    convoyMergeMode: "review-and-merge",
    budgetBeadTokens: "none",
    budgetTownTokens: "5000000",
    dispatchCooldownMs: "1000,2000",
  };
  expect(policyOf(given)).toEqual({
    maxPolecatsPerRig: 2,
    codeReview: false,
    convoyMergeMode: "review-and-merge",
    budgetBeadTokens: null,
    budgetTownTokens: 5_000_000,
    dispatchCooldownMs: [1_000, 2_000],
  });
  expect(policyOf({ dispatchCooldownMs: "[5]" })).toEqual({ dispatchCooldownMs: [5] });
});

test("every field's default is one of its values", () => {
  for (const [name, field] of Object.entries(policyFields)) {
    const text =
      field.default === null
        ? "none"
        : typeof field.default === "string"
          ? field.default
          : JSON.stringify(field.default);
    expect(policyOf({ [name]: text })).toEqual({ [name]: field.default });
  }
});

test.each([
  ["speed", "9", "policy.speed is no field of the policy"],
  ["toString", "9", "policy.toString is no field of the policy"],
  ["codeReview", "perhaps", "policy.codeReview must be true or false"],
  ["codeReview", "1", "policy.codeReview must be true or false"],
  ["maxPolecatsPerRig", "0", "policy.maxPolecatsPerRig must be a whole number from 1 to 50"],
  ["maxPolecatsPerRig", "many", "must be a whole number"],
  ["maxPolecatsPerRig", "1.5", "must be a whole number"],
  ["maxPolecatsPerRig", "none", "must be a whole number"],
  ["budgetBeadTokens", "-1", "or none"],
  ["convoyMergeMode", "fast", "must be one of review-then-land, review-and-merge"],
  ["dispatchCooldownMs", "soon", "must be whole numbers with commas"],
])("%s=%s is refused", (name, value, said) => {
  expect(() => policyOf({ [name]: value })).toThrow(said);
});

test("a rig has a say in some fields only", () => {
  expect(policyOf({ codeReview: "false" }, "rig")).toEqual({ codeReview: false });
  expect(() => policyOf({ heartbeatLostMs: "1" }, "rig")).toThrow("policy.heartbeatLostMs is the town's to set");
});
