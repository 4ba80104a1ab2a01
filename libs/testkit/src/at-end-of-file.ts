const endings: (() => unknown)[] = [];

/**
 * `fn` is called once when the tests of the running file are over, after the file's own `afterAll`. For modules that tests share: a
 * hook at the top of one would be the first file's alone, since files of one worker share their modules (vitest.config.ts).
 */
export function atEndOfFile(fn: () => unknown): void {
  endings.push(fn);
}

/** All that was asked for has been called, the newest first, and is forgotten. Throws the first failure, after all were called. */
export async function endFile(): Promise<void> {
  const ends = await Promise.allSettled(
    endings
      .splice(0)
      .toReversed()
      .map(async (fn) => fn()),
  );
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
