/**
 * A way from a node back to itself, `[a, b, a]`, each leading to the next; null when there is none. `next` names the nodes one
 * leads to.
 */
export function findLoop(nodes: readonly string[], next: (node: string) => readonly string[]): string[] | null {
  const done = new Set<string>();
  function walk(node: string, way: readonly string[]): string[] | null {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return null;
    for (const other of next(node)) {
      const found = walk(other, [...way, node]);
      if (found !== null) return found;
    }
    done.add(node);
    return null;
  }
  for (const node of nodes) {
    const found = walk(node, []);
    if (found !== null) return found;
  }
  return null;
}
