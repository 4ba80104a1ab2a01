import type { JsMsg } from "@nats-io/jetstream";

/** Messages that were pulled and are not settled. They stay ours for as long as they are in it. */
export interface Hand {
  add(message: JsMsg): void;
  /** Up to `most` of those that wait, once there is one; none when the hand is closed and empty. */
  take(most: number): Promise<readonly JsMsg[]>;
  /** These are settled. */
  letGo(messages: readonly JsMsg[]): void;
  /** Nothing more is added. */
  close(): void;
}

/** An empty hand, which tells the server every `workingMs` that it works on all it holds, also on what only waits. */
export function createHand(workingMs: number): Hand {
  const waiting: JsMsg[] = [];
  const held = new Set<JsMsg>();
  const state = { closed: false, news: Promise.withResolvers<void>() };
  const tell = (): void => {
    state.news.resolve();
    state.news = Promise.withResolvers();
  };
  const working = setInterval(() => held.forEach((message) => message.working()), workingMs);
  return {
    add(message) {
      held.add(message);
      waiting.push(message);
      tell();
    },
    async take(most) {
      while (waiting.length === 0 && !state.closed) await state.news.promise;
      if (waiting.length === 0) clearInterval(working);
      return waiting.splice(0, most);
    },
    letGo(messages) {
      for (const message of messages) held.delete(message);
    },
    close() {
      state.closed = true;
      tell();
    },
  };
}
