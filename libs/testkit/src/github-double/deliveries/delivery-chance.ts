import type { DeliveryFaults } from "../ports.ts";
import { randomOf, type Random } from "../../simulator/random.ts";

export interface DeliveryFate {
  readonly lost: boolean;
  readonly doubled: boolean;
  readonly held: boolean;
}

/** What becomes of one delivery after the other; the same seed and rates give the same fates. */
export class DeliveryChance {
  #seed: number | null = null;
  #random: Random = randomOf(0);

  next({ seed, lossRate, duplicateRate, reorderRate }: DeliveryFaults): DeliveryFate {
    if (seed !== this.#seed) this.#random = randomOf(seed);
    this.#seed = seed;
    // Three draws each time, so that one rate does not shift what another meets.
    const [lost, doubled, held] = [lossRate, duplicateRate, reorderRate].map((rate) => this.#random.chance(rate));
    return { lost: lost === true, doubled: doubled === true, held: held === true };
  }
}
