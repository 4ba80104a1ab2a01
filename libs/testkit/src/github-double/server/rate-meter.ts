import type { Caller } from "../ports.ts";

export type RateResource = "core" | "graphql";
export interface RateState {
  readonly limit: number;
  readonly used: number;
  readonly remaining: number;
  /** Milliseconds since the epoch. */
  readonly resetAt: number;
}
/** Points an hour, of each caller; mutable (scm §1.10 [D]: 5,000 of each). */
export interface RateLimits {
  core: number;
  graphql: number;
}

const hourMs = 60 * 60_000;

/** The primary limit: an hour begins with a caller's first request. */
export class RateMeter {
  readonly limits: RateLimits = { core: 5_000, graphql: 5_000 };
  readonly #now: () => number;
  readonly #hours = new Map<string, { used: number; readonly resetAt: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  view(caller: Caller, resource: RateResource): RateState {
    const { used, resetAt } = this.#hour(caller, resource);
    const limit = this.limits[resource];
    return { limit, used, remaining: Math.max(0, limit - used), resetAt };
  }

  /** Takes so many points; null when there are not enough left. */
  spend(caller: Caller, resource: RateResource, points: number): RateState | null {
    const hour = this.#hour(caller, resource);
    if (hour.used + points > this.limits[resource]) return null;
    hour.used += points;
    return this.view(caller, resource);
  }

  #hour(caller: Caller, resource: RateResource): { used: number; readonly resetAt: number } {
    const key = `${resource} ${callerKey(caller)}`;
    const known = this.#hours.get(key);
    if (known !== undefined && known.resetAt > this.#now()) return known;
    const hour = { used: 0, resetAt: this.#now() + hourMs };
    this.#hours.set(key, hour);
    return hour;
  }
}

/** Whom the log and the limits take a caller for. */
export function callerKey(caller: Caller): string {
  if (caller.kind === "installation") return `installation ${caller.installation}`;
  return caller.kind === "user" ? `user ${caller.login}` : caller.kind;
}
