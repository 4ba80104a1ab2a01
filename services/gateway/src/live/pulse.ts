/** Something that is done again and again while it is needed; no timer runs while it is not, and none keeps the process alive. */
export interface Pulse {
  /** Begins, `everyMs` from now; once it goes, nothing changes. */
  start(): void;
  stop(): void;
}

export function createPulse(beat: () => void, everyMs: number): Pulse {
  let timer: NodeJS.Timeout | null = null;
  return {
    start() {
      timer ??= setInterval(beat, everyMs).unref();
    },
    stop() {
      if (timer !== null) clearInterval(timer);
      timer = null;
    },
  };
}
