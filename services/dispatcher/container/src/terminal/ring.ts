import type { TerminalFrame } from "@gastown/contracts";

/** The newest output of a terminal, in numbered pieces. */
export interface Ring {
  /** The newest number; 0 before the first. */
  readonly last: number;
  push(data: string): TerminalFrame;
  /**
   * What comes after a number, oldest first, up to `maxBytes` but at least one piece when there is any. `gap`: the numbers after
   * `seq` that are kept no more; null when there are none.
   */
  after(seq: number, maxBytes: number): { frames: TerminalFrame[]; gap: { from: number; to: number } | null };
}

interface Kept extends TerminalFrame {
  bytes: number;
}

/** Keeps pieces as long as all of them together have at most `maxBytes` bytes; the newest one always. */
export function createRing(maxBytes: number): Ring {
  const kept: Kept[] = [];
  let bytes = 0;
  let last = 0;
  return {
    get last() {
      return last;
    },
    push(data) {
      last += 1;
      const frame = { seq: last, data };
      const size = Buffer.byteLength(data);
      kept.push({ ...frame, bytes: size });
      bytes += size;
      while (bytes > maxBytes && kept.length > 1) bytes -= kept.shift()?.bytes ?? 0;
      return frame;
    },
    after(seq, limit) {
      const first = kept[0]?.seq ?? last + 1;
      const frames: TerminalFrame[] = [];
      let taken = 0;
      for (const { bytes: size, ...frame } of kept.slice(Math.max(0, seq + 1 - first))) {
        if (frames.length > 0 && taken + size > limit) break;
        taken += size;
        frames.push(frame);
      }
      return { frames, gap: seq + 1 < first ? { from: seq + 1, to: first - 1 } : null };
    },
  };
}
