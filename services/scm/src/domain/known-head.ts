/** The newest head that a signal told of. Times are milliseconds since 1970. */
export interface ToldHead {
  readonly head: string;
  /** When it was heard of. */
  readonly heardAt: number;
  /** When the forge changed the pull request, as the signal said; null when it did not. */
  readonly changedAt: number | null;
}

/** How long a signal is believed rather than a reading that contradicts it (scm §1.9). */
const believedMs = 60_000;

/**
 * The head that a reading has to show to be believed; null to trust the reading. Signals overtake the forge's replicas, and they can
 * be late themselves: after 60 s, or when the reading is of a later change than the signal, the reading is right (scm §1.9).
 */
export function knownHeadOf(
  told: ToldHead | null,
  read: { readonly head: string; readonly updatedAt: number | null },
  now: number,
): string | null {
  if (told === null || told.head === read.head || now - told.heardAt > believedMs) return null;
  const later = told.changedAt !== null && read.updatedAt !== null && read.updatedAt > told.changedAt;
  return later ? null : told.head;
}
