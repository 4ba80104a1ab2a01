import { startGithubDouble, type GithubDouble, type GithubDoubleOptions } from "@gastown/testkit/github-double";
import { createLogger } from "@gastown/telemetry";
import type { RemoteOf } from "../../forge.ts";
import { createGithubForge, type GithubForge } from "../github-forge.ts";
import type { ForgeCall, GithubCredentials } from "../github-options.ts";

type Repository = Awaited<ReturnType<GithubDouble["world"]["repositories"]["add"]>>;
type Wish = Partial<Parameters<GithubDouble["world"]["repositories"]["add"]>[0]>;
type Permissions = NonNullable<Parameters<GithubDouble["auth"]["install"]>[0]["permissions"]>;

export interface GithubWorld extends AsyncDisposable {
  readonly double: GithubDouble;
  readonly repository: Repository;
  readonly forge: GithubForge;
  readonly installation: number;
  readonly calls: ForgeCall[];
  /** Opens a pull request of a new branch with one commit. */
  open(wish?: { branch?: string; files?: Record<string, string>; by?: string; draft?: boolean }): Promise<Pull>;
  /** Another forge on the same double. */
  forgeOf(credentials: GithubCredentials): GithubForge;
}

export type Pull = Awaited<ReturnType<GithubDouble["world"]["pulls"]["open"]>>;

export const rig = { town: "home", rig: "app" };
export const context = { signal: new AbortController().signal };

interface Options extends GithubDoubleOptions {
  readonly repository?: Wish;
  readonly permissions?: Permissions;
}

/** The double of GitHub with one repository of acme's, our App installed on it, and a forge that is that App. */
export async function startGithubWorld({
  repository: wish,
  permissions,
  ...options
}: Options = {}): Promise<GithubWorld> {
  const double = await startGithubDouble(options);
  const repository = await double.world.repositories.add({
    owner: "acme",
    name: "app",
    git: "memory",
    permissions: { ada: "write", bob: "write", eve: "read" },
    ...wish,
  });
  const installed = double.auth.install({ account: "acme", ...(permissions === undefined ? {} : { permissions }) });
  const calls: ForgeCall[] = [];
  const forgeOf = (credentials: GithubCredentials) =>
    createGithubForge({
      webUrl: double.webUrl,
      apiUrl: double.apiUrl,
      credentials,
      remoteOf: remoteOf(repository, credentials.kind === "app" ? installed.id : null),
      logger: createLogger("test", { level: "silent" }),
      ...(options.clock === undefined ? {} : { clock: options.clock }),
      onCall: (call) => calls.push(call),
    });
  const { id, privateKey, slug } = double.app;
  return {
    double,
    repository,
    calls,
    installation: installed.id,
    forgeOf,
    forge: forgeOf({ kind: "app", appId: String(id), privateKey, slug }),
    open: async ({ branch = "gt/x", files = { "a.txt": "a\n" }, by = "ada", draft = false } = {}) => {
      await double.world.branches.commit(repository, { branch, files, by });
      return double.world.pulls.open(repository, { head: branch, by, draft });
    },
    [Symbol.asyncDispose]: () => double.close(),
  };
}

function remoteOf({ owner, name, id }: Repository, installation: number | null): RemoteOf {
  const remote = { remote: `${owner}/${name}`, remoteId: String(id) };
  return () => Promise.resolve({ ...remote, installation: installation === null ? null : String(installation) });
}

/** The reference of a pull request of the double, as the service has it. */
export function refOf({ number }: { number: number }) {
  return { ...rig, number };
}
