/** Ctrl-C under `npm run` arrives twice: from the terminal, and passed on by npm. */
const oneKeyPressMs = 700;

/**
 * From now on SIGINT, SIGTERM and SIGHUP do not end this process: the first one calls `stop`, each one after it `force`. What comes
 * with the first is the same key press.
 */
export function listenForStop(on: { stop: () => void; force: () => void }): void {
  let first: number | null = null;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (first === null) {
        first = Date.now();
        on.stop();
      } else if (Date.now() - first >= oneKeyPressMs) on.force();
    });
  }
}
