import { startGithubDouble } from "../double.ts";
import type { Json, JsonObject, Permissions } from "../ports.ts";
import type { GithubDouble, GithubDoubleOptions } from "../types.ts";
import type { PullState, RepositoryState, RepositoryWish } from "../world/world-types.ts";

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}
type Ask = (method: string, path: string, body?: JsonObject, headers?: Record<string, string>) => Promise<Answer>;

export interface OpenDouble extends AsyncDisposable {
  readonly double: GithubDouble;
  readonly repository: RepositoryState;
  readonly pull: PullState;
  readonly installation: number;
  /** By the App's installation. */
  readonly rest: Ask;
  readonly graphql: (query: string, variables?: JsonObject) => Promise<Answer>;
  /** The same with another `authorization`. */
  readonly as: (authorization: string) => Ask;
}

/** A double with `acme/app`, where the App is installed and has one pull request; ann and bob may write. */
export async function openDouble({
  permissions,
  repository: wish,
  ...options
}: GithubDoubleOptions & {
  permissions?: Permissions;
  repository?: Partial<RepositoryWish>;
} = {}): Promise<OpenDouble> {
  const double = await startGithubDouble(options);
  const { world, auth } = double;
  world.people.organization("acme", ["olga"]);
  const repository = await world.repositories.add({
    owner: "acme",
    name: "app",
    private: true,
    permissions: { ann: "write", bob: "write", eve: "read" },
    ...wish,
  });
  const installed = auth.install({ account: "acme", ...(permissions === undefined ? {} : { permissions }) });
  const bot = `${double.app.slug}[bot]`;
  await world.branches.commit(repository, { branch: "feature", files: { "src/new.ts": "new\n" }, by: bot });
  const pull = await world.pulls.open(repository, { head: "feature", by: bot });
  const minted = auth.mint(installed.id, {});
  if (!minted.ok) throw new Error(minted.message);
  const as = (authorization: string): Ask => asking(double.apiUrl, authorization);
  return {
    double,
    repository,
    pull,
    installation: installed.id,
    rest: as(`token ${minted.token}`),
    graphql: (query, variables = {}) =>
      asking(double.graphqlUrl, `bearer ${minted.token}`)("POST", "", { query, variables }),
    as,
    [Symbol.asyncDispose]: () => double.close(),
  };
}

function asking(base: string, authorization: string): Ask {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(base + path, {
      method,
      redirect: "manual",
      headers: { ...(authorization === "" ? {} : { authorization }), "user-agent": "test", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? null : (JSON.parse(text) as Json),
    };
  };
}
