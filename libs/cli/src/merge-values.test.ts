import { expect, test } from "vitest";
import { CliError } from "./cli-error.ts";
import { mergeOf } from "./merge-values.ts";

test("each setting has the type the server wants", () => {
  expect(
    mergeOf({ method: "squash", requireApproval: "true", waitOptional: "false", settleMs: "5000", delegate: "native" }),
  ).toEqual({ method: "squash", requireApproval: true, waitOptional: false, settleMs: 5_000, delegate: "native" });
});

test.each([
  ["speed", "fast", /merge\.speed is none of method, requireApproval/],
  ["method", "octopus", /merge\.method must be one of merge, squash, rebase/],
  ["requireApproval", "yes", /merge\.requireApproval must be one of true, false/],
  ["settleMs", "soon", /merge\.settleMs must be a whole number/],
])("%s=%s is refused with what it can be", (name, value, says) => {
  expect(() => mergeOf({ [name]: value })).toThrow(CliError);
  expect(() => mergeOf({ [name]: value })).toThrow(says);
});
