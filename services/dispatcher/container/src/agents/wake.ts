/** Lets a loop sleep until it is woken or the time is over; a wake between two sleeps is not lost. */
export function createWake(): { wake: () => void; sleep: (ms: number) => Promise<void> } {
  let woken = Promise.withResolvers<void>();
  return {
    wake: () => woken.resolve(),
    async sleep(ms) {
      const timer = setTimeout(woken.resolve, ms);
      await woken.promise;
      clearTimeout(timer);
      woken = Promise.withResolvers();
    },
  };
}
