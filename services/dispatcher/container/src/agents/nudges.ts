/** Something to be said to an agent. */
export interface Nudge {
  nudge: string;
  message: string;
  mode: "immediate" | "wait-idle";
}

/** What is to be said to one start of an agent; each once. Nothing of it outlives the start, and no start outlives its host. */
export interface Nudges {
  /** Takes it in; a nudge that is here already is the same one. */
  add(nudge: Nudge): void;
  /** Whether the agent was given it. */
  isGiven(nudge: string): boolean;
  /** Resolves as soon as the agent was given it, or the time is over; answers whether it was. */
  untilGiven(nudge: string, ms: number): Promise<boolean>;
  /** What may be said now, in the order in which it came; some of it waits for the end of a turn. */
  due(turnEnded: boolean): readonly Nudge[];
  given(nudges: readonly Nudge[]): void;
  /** Calls back whenever something was taken in; the answer ends that. */
  onAdded(added: () => void): () => void;
}

/** Nothing is to be said yet. */
export function createNudges(): Nudges {
  const all = new Map<string, Nudge & { given: boolean; saying: PromiseWithResolvers<void> }>();
  const listeners = new Set<() => void>();
  const isGiven = (nudge: string): boolean => all.get(nudge)?.given === true;
  return {
    add(nudge) {
      if (all.has(nudge.nudge)) return;
      all.set(nudge.nudge, { ...nudge, given: false, saying: Promise.withResolvers() });
      for (const added of listeners) added();
    },
    isGiven,
    async untilGiven(nudge, ms) {
      const over = Promise.withResolvers<void>();
      const timer = setTimeout(over.resolve, ms);
      await Promise.race([all.get(nudge)?.saying.promise, over.promise]);
      clearTimeout(timer);
      return isGiven(nudge);
    },
    due: (turnEnded) => [...all.values()].filter(({ mode, given }) => !given && (turnEnded || mode === "immediate")),
    given(nudges) {
      for (const { nudge } of nudges) {
        const one = all.get(nudge);
        if (one === undefined) continue;
        one.given = true;
        one.saying.resolve();
      }
    },
    onAdded(added) {
      listeners.add(added);
      return () => void listeners.delete(added);
    },
  };
}
