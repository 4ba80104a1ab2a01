import { ApiError, UnreachableError } from "@gastown/client";
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { cliErrorOf } from "./cli-error.ts";

const problem = (status: number, code: string, instance = "/") =>
  new ApiError({
    type: "x",
    title: "x",
    status,
    detail: "Said.",
    instance,
    code,
    advice: "Do this.",
    requestId: "r",
  });

test.each<[unknown, number]>([
  [problem(400, "invalid"), 2],
  [problem(401, "unauthenticated"), 1],
  [problem(403, "forbidden"), 1],
  [problem(404, "bead_not_found"), 3],
  [problem(409, "stale"), 4],
  [problem(409, "budget_exceeded"), 5],
  [problem(429, "breaker_open"), 5],
  [problem(503, "bus_unavailable"), 1],
  [problem(504, "verdict_timeout"), 1],
  [new UnreachableError("http://x", new Error("no")), 1],
  [new CommanderError(1, "commander.missingArgument", "error: missing"), 2],
  [new Error("whatever"), 1],
])("%s ends with %i", (error, exit) => {
  expect(cliErrorOf(error)).toMatchObject({ exit });
});

test.each<[unknown, string]>([
  [problem(404, "bead_not_found"), "gastown bead ls lists what there is."],
  [problem(404, "not_found", "/v1/towns/town/pulls/sample/7"), "gastown pr ls lists what there is."],
  [problem(404, "not_found", "/v1/towns/nowhere"), "gastown town ls lists what there is."],
  [problem(404, "not_found", "/v1/tokens/gt_1"), "gastown token ls lists what there is."],
  [problem(404, "not_found", "/v1/else/7"), "Do this."],
  [problem(400, "invalid"), "Correct that and run it again; --help shows how the command is used."],
  [problem(409, "stale"), "Do this."],
])("the advice of the API is told in words of the command line: %s", (error, advice) => {
  expect(cliErrorOf(error)?.advice).toBe(advice);
});

test("help is no failure", () => {
  expect(cliErrorOf(new CommanderError(0, "commander.helpDisplayed", ""))).toBeNull();
});
