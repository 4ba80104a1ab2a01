interface Route {
  method: string;
  path: string;
}

/** Which methods a path has. */
export interface RouteTable {
  /** In alphabetical order, upper case; empty when no route has this path. */
  methodsOf(path: string): string[];
}

/** The table of routes whose paths have `{parameters}`. */
export function createRouteTable(routes: readonly Route[]): RouteTable {
  const patterns = routes.map(({ method, path }) => ({
    method: method.toUpperCase(),
    pattern: new RegExp(`^${path.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`),
  }));
  return {
    methodsOf: (path) =>
      [...new Set(patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))].toSorted(),
  };
}
