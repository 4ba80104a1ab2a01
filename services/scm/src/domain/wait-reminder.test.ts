import type { PrState } from "@gastown/contracts";
import { expect, test } from "vitest";
import { isReminderDue } from "./wait-reminder.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const now = 100 * day;

test.each<[PrState, number, number | null, boolean]>([
  ["checks_pending", 59 * minute, null, false],
  ["checks_pending", 60 * minute, null, true],
  ["checks_pending", day, 60 * minute, false],
  ["blocked", 9 * minute, null, false],
  ["blocked", 10 * minute, null, true],
  ["blocked", day, minute, false],
  ["awaiting_approval", day - 1, null, false],
  ["awaiting_approval", day, null, true],
  ["awaiting_approval", 2 * day, day - 1, false],
  ["awaiting_approval", 2 * day, day, true],
  ["ready", 30 * day, null, false],
  ["changes_requested", 30 * day, null, false],
])("%s for %i ms, last told %s ms ago: told now is %s", (state, waited, toldAgo, due) => {
  const toldAt = toldAgo === null ? null : now - toldAgo;
  expect(isReminderDue({ state, since: now - waited, toldAt }, now)).toBe(due);
});
