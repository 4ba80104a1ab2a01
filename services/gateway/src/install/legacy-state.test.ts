import { expect, test } from "vitest";
import { readLegacyState } from "./legacy-state.ts";

// The cases of kilo-container-api §8.3, and what else could come.
test.each([
  ["user_abc", { kind: "user", id: "abc", returnTo: null }],
  ["org_123", { kind: "org", id: "123", returnTo: null }],
  ["user_a_b-c", { kind: "user", id: "a_b-c", returnTo: null }],
  ["user_abc|return=%2Fonboarding%3Fstep%3Drepo", { kind: "user", id: "abc", returnTo: "/onboarding?step=repo" }],
  ["org_123|return=%2Fonboarding", { kind: "org", id: "123", returnTo: "/onboarding" }],
  ["org_123|return=", { kind: "org", id: "123", returnTo: "" }],
  // What it says is not judged here.
  ["user_abc|return=%2F%2Fevil.com", { kind: "user", id: "abc", returnTo: "//evil.com" }],
  ["user_abc|return=%zz", { kind: "user", id: "abc", returnTo: null }],
  ["org_1|return=%2Fa|return=%2Fb", { kind: "org", id: "1", returnTo: "/a|return=/b" }],
  ["user_", null],
  ["org_a b", null],
  ["team_1", null],
  ["", null],
  ["|return=%2Fonboarding", null],
  ["user_abc|RETURN=%2Fx", null],
  ["v1.abc.def", null],
])("%j", (text, read) => {
  expect(readLegacyState(text)).toEqual(read);
});
