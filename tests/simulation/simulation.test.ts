import { runHistory } from "@gastown/testkit/simulator";
import { describe, expect, it } from "vitest";
import type { Rule } from "../../services/town/src/domain/rule.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { PureTown } from "./pure-town.ts";
import { runHistories } from "./run-histories.ts";
import { tellViolation } from "./tell-violation.ts";

/** What is told of the first history, of so many, in which a property did not hold. */
function firstViolation(histories: number, rules: readonly Rule[]): string | null {
  for (let seed = 1; seed <= histories; seed += 1) {
    const violation = runHistory(() => new PureTown(rules), seed);
    if (violation !== null) return tellViolation(violation);
  }
  return null;
}

describe("random histories of a town", () => {
  // 45 s of one quiet core; the rest is for a machine that has much else to do.
  it("keep every property, all 5,000 of them", { timeout: 600_000 }, async () => {
    let done = 0;
    const violations: string[] = [];
    await runHistories({ seed: 1, histories: 5_000, workers: 1 }, (told) => {
      done += told.done;
      if (told.violation !== null) violations.push(told.violation);
    });
    expect(violations).toEqual([]);
    expect(done).toBe(5_000);
  });

  it("are the same for the same seed", () => {
    const stories = [1, 2].map(() => {
      const town = new PureTown();
      runHistory(() => town, 4711);
      return JSON.stringify(town.view());
    });
    expect(stories[0]).toBe(stories[1]);
  });
});

describe("a planted bug is caught", () => {
  it.each(Object.entries(plantedBugs))("%s", { timeout: 60_000 }, (_name, rules) => {
    expect(firstViolation(500, rules)).not.toBeNull();
  });
});
