/** Which model one start of an agent is to have; the newest wish counts, and nothing of it outlives the start. */
export interface ModelWishes {
  wish(model: string): void;
  /** What is wished and not settled; null when nothing is. */
  readonly newest: string | null;
  /** What became of this wish is known; a newer one stays. */
  settle(model: string): void;
  /** Calls back whenever something is wished; the answer ends that. */
  onWished(wished: () => void): () => void;
}

/** Nothing is wished yet. */
export function createModelWishes(): ModelWishes {
  let newest: string | null = null;
  const listeners = new Set<() => void>();
  return {
    get newest() {
      return newest;
    },
    wish(model) {
      newest = model;
      for (const wished of listeners) wished();
    },
    settle(model) {
      if (newest === model) newest = null;
    },
    onWished(wished) {
      listeners.add(wished);
      return () => void listeners.delete(wished);
    },
  };
}
