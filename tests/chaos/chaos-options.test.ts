import { expect, test } from "vitest";
import { parseChaosOptions } from "./chaos-options.ts";

test("what is left out has a default, and the bound on the end grows with the beads", () => {
  const defaults = { chaosMs: 600_000, beads: 20, seed: 7, everyMs: 10_000, settleMs: 900_000, towns: 2, rigs: 2 };
  expect(parseChaosOptions([], 7)).toEqual(defaults);
  const given = ["--minutes", "0.5", "--beads", "4", "--seed", "11", "--every", "2.5", "--settle", "3", "--towns", "1"];
  expect(parseChaosOptions(given, 7)).toEqual({
    chaosMs: 30_000,
    beads: 4,
    seed: 11,
    everyMs: 2_500,
    settleMs: 180_000,
    towns: 1,
    rigs: 2,
  });
});

test("help is asked for", () => {
  expect(parseChaosOptions(["--help"], 7)).toBeNull();
});

test.each([
  [["--beads", "0"], "--beads: 0 is not a whole number from 1 to 1000"],
  [["--beads", "1.5"], "--beads: 1.5 is not a whole number"],
  [["--minutes", "soon"], "--minutes: soon is not a number from 0 to 1440"],
  [["--seed", ""], "--seed:  is not a whole number"],
  [["--bead", "1"], "Unknown option '--bead'"],
])("%j is refused in words", (args, message) => {
  expect(() => parseChaosOptions(args, 7)).toThrow(message);
});
