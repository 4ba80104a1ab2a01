import { ApiError, UnreachableError } from "@gastown/client";
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { cliErrorOf } from "./cli-error.ts";

const problem = (status: number, code: string) =>
  new ApiError({
    type: "x",
    title: "x",
    status,
    detail: "Said.",
    instance: "/",
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

test("help is no failure", () => {
  expect(cliErrorOf(new CommanderError(0, "commander.helpDisplayed", ""))).toBeNull();
});
