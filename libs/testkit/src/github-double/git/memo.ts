/** The answer to a question about two commits is kept, as commits never change; one that failed is asked again. */
export function memo<T>(ask: (first: string, second: string) => Promise<T>): typeof ask {
  const kept = new Map<string, Promise<T>>();
  return (first, second) => {
    const key = `${first} ${second}`;
    const known = kept.get(key);
    if (known !== undefined) return known;
    const asked = ask(first, second);
    kept.set(key, asked);
    asked.catch(() => kept.delete(key));
    return asked;
  };
}
