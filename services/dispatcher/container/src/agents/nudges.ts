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
  /** They are in the session: not to be said again, and not to be answered for yet. */
  said(nudges: readonly Nudge[]): void;
  /** The agent has them, whatever becomes of this machine. */
  given(nudges: readonly Nudge[]): void;
  /** These were given to an earlier start, in the session that this one goes on with. */
  heard(nudges: readonly string[]): void;
  /** Calls back whenever something was taken in; the answer ends that. */
  onAdded(added: () => void): () => void;
}

/** Nothing is to be said yet. */
export function createNudges(): Nudges {
  const all = new Map<string, Nudge & { said: boolean; given: boolean; saying: PromiseWithResolvers<void> }>();
  const listeners = new Set<() => void>();
  const isGiven = (nudge: string): boolean => all.get(nudge)?.given === true;
  return {
    add(nudge) {
      if (all.has(nudge.nudge)) return;
      all.set(nudge.nudge, { ...nudge, said: false, given: false, saying: Promise.withResolvers() });
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
    due: (turnEnded) => [...all.values()].filter(({ mode, said }) => !said && (turnEnded || mode === "immediate")),
    said(nudges) {
      for (const { nudge } of nudges) {
        const one = all.get(nudge);
        if (one !== undefined) one.said = true;
      }
    },
    given(nudges) {
      for (const { nudge } of nudges) {
        const one = all.get(nudge);
        if (one === undefined) continue;
        one.said = true;
        one.given = true;
        one.saying.resolve();
      }
    },
    heard(nudges) {
      for (const nudge of nudges) {
        const known = all.get(nudge) ?? {
          nudge,
          message: "",
          mode: "wait-idle",
          saying: Promise.withResolvers<void>(),
        };
        known.saying.resolve();
        all.set(nudge, { ...known, said: true, given: true });
      }
    },
    onAdded(added) {
      listeners.add(added);
      return () => void listeners.delete(added);
    },
  };
}
