import { createRing, type Framed, type Ring, type RingLimits } from "./ring.ts";

const ringLimits: RingLimits = { events: 500, chars: 2 * 1024 * 1024 };
const maxTowns = 200;

/** The rings of all towns, of which the least recently active are dropped. */
export interface Rings {
  push(town: string, event: Framed): void;
  /** The town's events after `seq`, or null when the ring does not reach back that far. */
  after(town: string, seq: number): Framed[] | null;
  /** Everything is forgotten; what is known is complete after `floor`. */
  clear(floor: number): void;
}

/** Rings that are complete after sequence `floor`. */
export function createRings(floor: number, { limits = ringLimits, towns = maxTowns } = {}): Rings {
  let rings = new Map<string, Ring>();
  // A town without a ring has had no event after this sequence.
  let quiet = floor;
  let newest = floor;

  const ringOf = (town: string): Ring => {
    const ring = rings.get(town) ?? createRing(limits, quiet);
    rings.delete(town);
    rings.set(town, ring);
    return ring;
  };
  const evict = (): void => {
    const oldest = rings.size > towns ? rings.keys().next() : null;
    if (oldest === null || oldest.done) return;
    rings.delete(oldest.value);
    quiet = newest;
  };
  return {
    push(town, event) {
      ringOf(town).push(event);
      newest = event.seq;
      evict();
    },
    after(town, seq) {
      const ring = rings.get(town);
      if (ring === undefined) return seq >= quiet ? [] : null;
      return seq >= ring.floor ? ring.after(seq) : null;
    },
    clear(from) {
      rings = new Map();
      quiet = from;
      newest = from;
    },
  };
}
