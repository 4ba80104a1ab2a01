/** An event as it goes to a socket: serialised once, whoever watches. */
export interface Framed {
  seq: number;
  frame: string;
}

/** The last events of one town. It holds every event of the town after `floor`, and none before. */
export interface Ring {
  readonly floor: number;
  push(event: Framed): void;
  /** The events after `seq`; only meaningful when `seq >= floor`. */
  after(seq: number): Framed[];
}

export interface RingLimits {
  /** How many events it holds at most. */
  events: number;
  /** How long their frames are together at most, in characters. */
  chars: number;
}

/** An empty ring, complete after sequence `floor`. */
export function createRing(limits: RingLimits, floor: number): Ring {
  const held: Framed[] = [];
  let chars = 0;
  let complete = floor;
  return {
    get floor() {
      return complete;
    },
    push(event) {
      held.push(event);
      chars += event.frame.length;
      while (held.length > limits.events || chars > limits.chars) {
        const oldest = held.shift();
        if (oldest === undefined) return;
        complete = oldest.seq;
        chars -= oldest.frame.length;
      }
    },
    after(seq) {
      return held.slice(held.findLastIndex((event) => event.seq <= seq) + 1);
    },
  };
}
