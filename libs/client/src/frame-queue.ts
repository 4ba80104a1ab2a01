/** Frames between a socket that brings them and a reader that takes them. */
export class FrameQueue<Item> {
  readonly #items: Item[] = [];
  #ended = false;
  #wake = Promise.withResolvers<void>();

  get length(): number {
    return this.#items.length;
  }

  push(item: Item): void {
    this.#items.push(item);
    this.#wake.resolve();
  }

  /** Nothing comes any more; what is there can still be taken. */
  end(): void {
    this.#ended = true;
    this.#wake.resolve();
  }

  /** The next item, waited for; undefined when there is none and none will come. */
  async take(): Promise<Item | undefined> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined || this.#ended) return item;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers<void>();
    }
  }
}
