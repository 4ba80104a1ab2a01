const lines = new WeakMap<object, Promise<unknown>>();

/** Runs after everything that was asked for this thing before, whether that worked or not. */
export function inTurn<T>(thing: object, work: () => Promise<T>): Promise<T> {
  const before = lines.get(thing) ?? Promise.resolve();
  const mine = before.then(work, work);
  lines.set(thing, mine);
  return mine;
}
