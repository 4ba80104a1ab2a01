import type { Logger } from "@gastown/telemetry";

/** How deliveries were answered since the start. */
export interface HookCounts {
  accepted: number;
  /** Accepted, and known already. */
  duplicates: number;
  /** Not the forge's: a wrong signature or token. */
  forged: number;
  /** Not to be understood: headers, type, size or body. */
  malformed: number;
  /** Could not be stored; the forge was told so. */
  unavailable: number;
}

export interface Tally {
  readonly counts: Readonly<HookCounts>;
  add(what: keyof HookCounts): void;
  /** Counts, and says so in the log; at most once a minute of a kind, with how many there were. */
  warn(what: keyof HookCounts, fields: object): void;
}

const quietMs = 60_000;
const words: Readonly<Record<keyof HookCounts, string>> = {
  accepted: "webhooks were accepted",
  duplicates: "webhooks came again",
  forged: "webhooks were refused: their signature or token is wrong",
  malformed: "webhooks were refused: they are malformed",
  unavailable: "webhooks could not be stored; the forge was told to send them again",
};

/** Counts answers from zero. Whoever can reach the port can have them refused, so the log is kept short. */
export function createTally(logger: Logger, now: () => number = Date.now): Tally {
  const counts: HookCounts = { accepted: 0, duplicates: 0, forged: 0, malformed: 0, unavailable: 0 };
  const told = new Map<keyof HookCounts, { at: number; count: number }>();
  return {
    counts,
    add: (what) => void counts[what]++,
    warn(what, fields) {
      counts[what]++;
      const last = told.get(what);
      if (last !== undefined && now() - last.at < quietMs) return;
      logger.warn({ ...fields, since: counts[what] - (last?.count ?? 0), inAll: counts[what] }, words[what]);
      told.set(what, { at: now(), count: counts[what] });
    },
  };
}
