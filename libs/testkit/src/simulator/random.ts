/** Chance that can be repeated: the same seed gives the same numbers. */
export interface Random {
  /** A number of [0, 1). */
  next(): number;
  /** A whole number of [0, below). */
  below(below: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** One of them; undefined when there are none. */
  pick<T>(of: readonly T[]): T | undefined;
}

/** Numbers from a 32-bit seed (the mulberry32 generator). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (of) => of[below(of.length)],
  };
}
