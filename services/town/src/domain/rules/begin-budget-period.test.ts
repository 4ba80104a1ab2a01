import { describe, expect, it } from "vitest";
import type { Bead } from "../bead.ts";
import { anEscalation, anIssue, aRequest, aSnapshot, aTown, now } from "../builders.ts";
import { settle } from "../reconcile.ts";
import { noSpent } from "../spent.ts";
import type { Town } from "../town.ts";
import { beginBudgetPeriod } from "./begin-budget-period.ts";

const used = { ...noSpent, tokens: 1 };

function look(fields: Partial<Town>, beads: readonly Bead[] = []) {
  const town = aTown({ budgetPeriodMs: 10_000 }, fields);
  return beginBudgetPeriod.look(aSnapshot({ town, beads }), now);
}

describe("begin-budget-period", () => {
  const begin = [{ do: "begin-budget-period" }];
  it.each([
    ["looks at the end of a period in which something was used", { spent: used, spentSince: now - 9000 }, [], [], 1000],
    ["has no timer while nothing was used", { spentSince: now - 9000 }, [anIssue("gt-1")], [], null],
    ["begins the next one when something was used", { spent: used, spentSince: now - 10_000 }, [], begin, null],
    ["begins it before an open bead uses anything", { spentSince: now - 10_000 }, [anIssue("gt-1")], begin, null],
    ["begins it before anything is read", { spentSince: now - 10_000 }, [aRequest("gt-1", "gt-2")], begin, null],
    ["leaves an idle town alone for ever", { spentSince: now - 99_000 }, [anEscalation("gt-1")], [], null],
    ["leaves a finished town alone", { spentSince: now - 99_000 }, [anIssue("gt-1", { status: "closed" })], [], null],
  ])("%s", (_what, fields, beads, decisions, inMs) => {
    const nextLook = inMs === null ? null : now + inMs;
    expect(look(fields, beads)).toEqual({ decisions, explanations: [], nextLook });
  });

  it("counts in the new period what is dispatched right after it has begun", () => {
    const spent = { ...noSpent, dispatches: 7 };
    const town = aTown({ budgetPeriodMs: 10_000, budgetTownDispatches: 7 }, { spent, spentSince: now - 10_000 });
    const { state, nextLook } = settle(aSnapshot({ town, beads: [anIssue("gt-1")] }), now);
    expect(state.town).toMatchObject({ spent: { dispatches: 1 }, spentSince: now, budgetTold: false });
    expect(nextLook).toBe(now + 10_000);
  });
});
