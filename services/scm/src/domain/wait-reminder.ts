import type { PrState } from "@gastown/contracts";

const minute = 60_000;

/** When people are told that it waits, after it began to, and whether each time that has passed again (scm §2.1, rows 10, 12, 14). */
const reminders: Readonly<Partial<Record<PrState, { readonly afterMs: number; readonly again: boolean }>>> = {
  checks_pending: { afterMs: 60 * minute, again: false },
  blocked: { afterMs: 10 * minute, again: false },
  awaiting_approval: { afterMs: 24 * 60 * minute, again: true },
};

interface Wait {
  readonly state: PrState;
  /** Times are milliseconds since 1970. */
  readonly since: number;
  /** Null when people were not told of this wait yet. */
  readonly toldAt: number | null;
}

/** Whether people are to be told now that it still waits. Nothing else comes of waiting: nothing is counted, nothing fails. */
export function isReminderDue({ state, since, toldAt }: Wait, now: number): boolean {
  const reminder = reminders[state];
  if (reminder === undefined || (toldAt !== null && !reminder.again)) return false;
  return now - Math.max(since, toldAt ?? since) >= reminder.afterMs;
}
