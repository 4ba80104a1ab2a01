import { z } from "zod";
import { ScmError, type CallContext, type RegisteredRepo, type RepoRef } from "../forge.ts";
import type { AppRequest } from "./app-request.ts";
import { tipOf } from "./branches.ts";
import type { GithubClient } from "./github-client.ts";
import type { AppCredentials } from "./github-options.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Place } from "./place.ts";
import { readRemoteUrl } from "./remote-url.ts";

export interface Registration {
  readonly client: GithubClient;
  readonly webUrl: string;
  /** Null with a personal token. */
  readonly app: { readonly ask: AppRequest; readonly credentials: AppCredentials } | null;
  readonly context: CallContext;
}

const repository = z.object({
  id: z.number(),
  full_name: z.string(),
  default_branch: z.string(),
  archived: z.boolean().default(false),
  permissions: z.object({ push: z.boolean().default(false) }).optional(),
});

const operation = "get repository";

/**
 * The repository a rig's source names can be worked in: it is at our host, our App is installed there with what it needs, and it has a
 * commit. Throws `ScmError` whose message says what is to be done.
 */
export async function registerRepo(
  registration: Registration,
  rig: RepoRef,
  wish: { source: string; defaultBranch: string | null },
): Promise<RegisteredRepo> {
  const { client, context, webUrl } = registration;
  const { owner, name } = readRemoteUrl(wish.source, webUrl);
  const installation = await findInstallation(registration, { owner, name });
  const access = { installation, repositories: null, permissions: null };
  const { status, data } = await client.rest({
    operation,
    route: "GET /repos/{owner}/{repo}",
    parameters: { owner, repo: name },
    answers: [404],
    access,
    context,
  });
  if (status === 404) throw unseen(registration, `${owner}/${name}`);
  const found = parseAnswer(repository, data, { operation });
  if (found.archived)
    throw new ScmError("invalid", `${found.full_name} is archived: nothing can be merged there. Unarchive it.`);
  const permissions = await client.permissions(access, context);
  const lacks =
    permissions === null ? !(found.permissions?.push ?? false) : needed.some((need) => permissions[need] !== "write");
  if (lacks) throw notAllowed(registration, found.full_name);
  const place: Place = { rig, owner, name, remoteId: String(found.id), access };
  const defaultBranch = wish.defaultBranch ?? found.default_branch;
  const head = await tipOf({ client, place, context }, defaultBranch);
  if (head === null) throw await noBranch({ client, place, context }, defaultBranch, found.default_branch);
  return { defaultBranch, head, remote: found.full_name, remoteId: String(found.id), installation };
}

/** What merging a pull request of ours takes. */
const needed = ["contents", "pull_requests"] as const;

const installationAnswer = z.object({ id: z.number(), suspended_at: z.string().nullish(), html_url: z.string() });

async function findInstallation(
  { app, webUrl, context }: Registration,
  { owner, name }: { owner: string; name: string },
): Promise<string | null> {
  if (app === null) return null;
  const { status, data } = await app.ask(
    {
      operation: "find installation",
      route: "GET /repos/{owner}/{repo}/installation",
      parameters: { owner, repo: name },
      answers: [404],
    },
    context,
  );
  const { slug } = app.credentials;
  if (status === 404) {
    const words = `The GitHub App ${slug} is not installed on ${owner}/${name}, or there is no such repository. Install it there, and add the rig again: ${webUrl}/apps/${slug}/installations/new`;
    throw new ScmError("denied", words);
  }
  const found = parseAnswer(installationAnswer, data, { operation: "find installation" });
  if (typeof found.suspended_at === "string")
    throw new ScmError(
      "denied",
      `The installation of the GitHub App ${slug} is suspended. Unsuspend it: ${found.html_url}`,
    );
  return String(found.id);
}

function unseen({ app }: Registration, name: string): ScmError {
  const who = app === null ? "the personal token" : `the GitHub App ${app.credentials.slug}`;
  return new ScmError("gone", `There is no repository ${name} that ${who} can see. Check the rig's source.`);
}

function notAllowed({ app, webUrl }: Registration, name: string): ScmError {
  if (app === null)
    return new ScmError(
      "denied",
      `The personal token may not write to ${name}. Use one of a person who may, with the repo scope.`,
    );
  const { slug } = app.credentials;
  const words = `The GitHub App ${slug} lacks permissions on ${name}: it needs contents and pull requests, both to write. Accept them: ${webUrl}/apps/${slug}`;
  return new ScmError("denied", words);
}

async function noBranch(
  at: { client: GithubClient; place: Place; context: CallContext },
  wanted: string,
  own: string,
): Promise<ScmError> {
  const { owner, name } = at.place;
  const empty = wanted === own || (await tipOf(at, own)) === null;
  return empty
    ? new ScmError(
        "invalid",
        `The repository ${owner}/${name} is empty: it has no commit to start work from. Commit something, and add the rig again.`,
      )
    : new ScmError(
        "invalid",
        `The repository ${owner}/${name} has no branch ${wanted}. Add the rig again with one it has, as ${own}.`,
      );
}
