import { verdictCode } from "@gastown/contracts";
import { expect, test } from "vitest";
import { problemKinds } from "../problem.ts";
import { verdictProblem } from "./verdict-problem.ts";

test("every code of a verdict has a problem of its own", () => {
  expect(verdictCode.options.filter((code) => !(code in problemKinds))).toEqual([]);
});

test.each([
  ["terminal", "bead_not_found", 404],
  ["refused", "wrong_state", 409],
  ["refused", "already_exists", 409],
  ["refused", "stale", 409],
  ["refused", "invalid", 400],
  ["refused", "a_code_of_tomorrow", 409],
  ["terminal", "a_code_of_tomorrow", 404],
] as const)("%s %s is %i", (outcome, code, status) => {
  const problem = verdictProblem({ command: "c", outcome, code, message: "Said." }, { url: "/v1/commands/town/t/c" });
  expect(problem).toMatchObject({ status, message: "Said." });
  expect(problem?.document({ path: "/p", requestId: "r" })).toMatchObject({
    status,
    command: "/v1/commands/town/t/c",
    instance: "/p",
    requestId: "r",
    advice: expect.any(String),
  });
});

test("an applied one is none", () => {
  expect(verdictProblem({ command: "c", outcome: "applied" }, { url: "" })).toBeNull();
});
