import { expect, test } from "vitest";
import { plan } from "../plan.ts";
import type { Action } from "../planning.ts";
import type { Seen } from "../seen.ts";
import type { TownState } from "../state.ts";
import { limits, now } from "./builders.ts";

/** What is planned in one situation. */
export interface PlanRow {
  name: string;
  why: string;
  state: TownState;
  seen: Seen;
  actions: Action[];
  /** Milliseconds from now; null: never by itself. */
  next: number | null;
  limits?: Partial<typeof limits>;
}

/** One test for each row. */
export function checkPlans(rows: PlanRow[]): void {
  test.each(rows)("$name: $why", (row) => {
    const made = plan(row.state, row.seen, { now, limits: { ...limits, ...row.limits } });
    expect(made.actions).toEqual(row.actions);
    expect(made.nextLookAt === null ? null : made.nextLookAt - now).toBe(row.next);
  });
}
