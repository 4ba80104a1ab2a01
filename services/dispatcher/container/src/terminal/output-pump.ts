import { terminalLimits, type TerminalFrame } from "@gastown/contracts";
import type { Ring } from "./ring.ts";

interface PumpOptions {
  ring: Ring;
  send: (frame: TerminalFrame) => void;
}

/** Brings a program's output into the ring, and tells it no faster than viewers could read it. */
export interface OutputPump {
  add(text: string): void;
  /** Nothing comes any more: what is there is told now. */
  end(): void;
}

/** Output of one screen's change comes in many small pieces; so long they are gathered. */
const gatherMs = 12;
/** Told at once: 2.6 MB a second at most. More than that, and viewers miss what the ring keeps no more; the program is never held up. */
const flushBytes = 32 * 1024;

/** The pieces of a text that are told as one message each. A pair of surrogates is not torn apart. Pure. */
export function cutOutput(text: string, maxChars: number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length;) {
    let end = Math.min(at + maxChars, text.length);
    if (end < text.length && end - at > 1 && isHighSurrogate(text.charCodeAt(end - 1))) end -= 1;
    pieces.push(text.slice(at, end));
    at = end;
  }
  return pieces;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

export function createOutputPump({ ring, send }: PumpOptions): OutputPump {
  let waiting = "";
  let sent = 0;
  let timer: NodeJS.Timeout | null = null;

  function keep(): void {
    for (const piece of cutOutput(waiting, terminalLimits.frameChars)) ring.push(piece);
    waiting = "";
  }
  function tell(maxBytes: number): void {
    for (const frame of ring.after(sent, maxBytes).frames) {
      sent = frame.seq;
      send(frame);
    }
  }
  function flush(): void {
    timer = null;
    keep();
    tell(flushBytes);
    if (sent < ring.last) arm();
  }
  function arm(): void {
    timer ??= setTimeout(flush, gatherMs);
  }
  return {
    add(text) {
      waiting += text;
      if (waiting.length > 2 * terminalLimits.frameChars) keep();
      arm();
    },
    end() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      keep();
      tell(Number.POSITIVE_INFINITY);
    },
  };
}
