/** That a branch was brought up to date with its base by us. */
export interface BranchUpdate {
  /** The base's tip then. */
  readonly base: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const hourMs = 3_600_000;
const mostPerHour = 5;

/** Whether the branch may be updated onto this base now: once for each tip of the base, and five times in an hour (scm §2.1 row 11). */
export function mayUpdate(updates: readonly BranchUpdate[], { base, at }: BranchUpdate): boolean {
  const recent = updates.filter((update) => at - update.at < hourMs);
  return recent.length < mostPerHour && updates.every((update) => update.base !== base);
}

/** With one more; only the last twenty matter. */
export function withUpdate(updates: readonly BranchUpdate[], update: BranchUpdate): BranchUpdate[] {
  return [...updates.slice(-20), update];
}
