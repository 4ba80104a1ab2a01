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

/** A ring of `capacity` events, complete after sequence `floor`. */
export function createRing(capacity: number, floor: number): Ring {
  const held: Framed[] = [];
  let complete = floor;
  return {
    get floor() {
      return complete;
    },
    push(event) {
      held.push(event);
      if (held.length > capacity) complete = held.shift()?.seq ?? complete;
    },
    after(seq) {
      return held.slice(held.findLastIndex((event) => event.seq <= seq) + 1);
    },
  };
}
