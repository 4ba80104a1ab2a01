import type { RestRoute } from "./rest-types.ts";
import { accountRoutes } from "./routes/account-routes.ts";
import { appRoutes } from "./routes/app-routes.ts";
import { checkRoutes } from "./routes/check-routes.ts";
import { gitRoutes } from "./routes/git-routes.ts";
import { mergeRoutes } from "./routes/merge-routes.ts";
import { pullRoutes } from "./routes/pull-routes.ts";
import { repositoryRoutes } from "./routes/repository-routes.ts";
import { reviewRoutes } from "./routes/review-routes.ts";

interface Matched {
  readonly route: RestRoute;
  readonly params: Readonly<Record<string, string>>;
}

const routes = [
  ...accountRoutes,
  ...appRoutes,
  ...repositoryRoutes,
  ...pullRoutes,
  ...mergeRoutes,
  ...reviewRoutes,
  ...checkRoutes,
  ...gitRoutes,
].map((route) => ({ route, pattern: patternOf(route.template) }));

/** The first route that fits, with the path's parts decoded; null: nothing here is called so. */
export function matchRoute(method: string, path: string): Matched | null {
  for (const { route, pattern } of routes) {
    if (route.method !== method) continue;
    const match = pattern.exec(path);
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {}).map(([name, text]) => [name, decodeURIComponent(text)]);
    return { route, params: Object.fromEntries(params) as Readonly<Record<string, string>> };
  }
  return null;
}

function patternOf(template: string): RegExp {
  const parts = template.replaceAll(
    /\{(\w+)(\*?)\}/g,
    (_, name: string, rest: string) => `(?<${name}>${rest === "*" ? ".+" : "[^/]+"})`,
  );
  return new RegExp(`^${parts}$`);
}
