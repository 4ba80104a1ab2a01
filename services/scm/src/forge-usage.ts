/** What was asked of forges elsewhere, so that what a pull request costs is known and not guessed. */
export interface ForgeUsage {
  /** One request was made. */
  count(forge: string, operation: string): void;
  /** Since the start. */
  totals(): readonly ForgeTotal[];
  /** Requests of the last hour (less, when we run for less) of each forge. */
  lastHour(): ReadonlyMap<string, number>;
}

interface ForgeTotal {
  readonly forge: string;
  readonly operation: string;
  readonly requests: number;
}

const minuteMs = 60_000;
const minutes = 60;

/** Counts in memory, by the minute. */
export function createForgeUsage(now: () => number): ForgeUsage {
  const totals = new Map<string, { forge: string; operation: string; requests: number }>();
  let recent: { minute: number; forge: string; requests: number }[] = [];
  const minuteOf = () => Math.floor(now() / minuteMs);
  return {
    count(forge, operation) {
      const key = `${forge} ${operation}`;
      const total = totals.get(key) ?? { forge, operation, requests: 0 };
      totals.set(key, { ...total, requests: total.requests + 1 });
      const minute = minuteOf();
      const bucket = recent.find((one) => one.minute === minute && one.forge === forge);
      if (bucket === undefined)
        recent = [...recent.filter((one) => one.minute > minute - minutes), { minute, forge, requests: 1 }];
      else bucket.requests += 1;
    },
    totals: () => [...totals.values()],
    lastHour() {
      const first = minuteOf() - minutes;
      const sums = new Map<string, number>();
      for (const { minute, forge, requests } of recent)
        if (minute > first) sums.set(forge, (sums.get(forge) ?? 0) + requests);
      return sums;
    },
  };
}
