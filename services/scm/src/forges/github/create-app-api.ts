import { z } from "zod";
import { ScmError, type CallContext } from "../forge.ts";
import type {
  AppApi,
  DeliveryPage,
  GithubAccount,
  HookDelivery,
  Installation,
  InstallationRepository,
} from "./app-api.ts";
import { createAppRequest, type AppRequest } from "./app-request.ts";
import { createGithubClient, type GithubClient } from "./github-client.ts";
import type { AppCredentials, GithubSite } from "./github-options.ts";
import { createInstallationTokens } from "./installation-tokens.ts";
import { nextCursor } from "./next-cursor.ts";
import { parseAnswer } from "./parse-answer.ts";
import { createUserRequests } from "./user-requests.ts";

export interface AppApiOptions extends GithubSite {
  readonly credentials: AppCredentials;
  readonly clientId: string;
  readonly clientSecret: string;
}

const perPage = 100;
/** Ten thousand installations, or repositories. */
const mostPages = 100;

/** GitHub as the App itself, and as a person who came back from it; see `AppApi`. */
export function createAppApi(options: AppApiOptions): AppApi {
  const { appId, slug } = options.credentials;
  const { apiUrl, webUrl, clock = Date.now } = options;
  const ask = createAppRequest(options, options.credentials);
  const tokens = createInstallationTokens({ apiUrl, webUrl, appId, slug, ask, clock });
  const client = createGithubClient(options, tokens);
  return {
    listDeliveries: (cursor, context) => listDeliveries(ask, cursor, context),
    redeliver: async (id, context) => {
      const order = { operation: "redeliver", route: "POST /app/hook/deliveries/{delivery_id}/attempts" };
      await ask({ ...order, parameters: { delivery_id: numbered(id) }, mutates: true }, context);
    },
    getInstallation: async (id, context) => {
      const order = { operation: "read installation", route: "GET /app/installations/{installation_id}" };
      const { data } = await ask({ ...order, parameters: { installation_id: numbered(id) } }, context);
      return toInstallation(parseAnswer(installation, data, order));
    },
    listInstallations: (context) => listInstallations(ask, context),
    installationRepositories: (id, context) => listRepositories(client, numbered(id), context),
    ...createUserRequests(options),
  };
}

function numbered(id: string): string {
  if (/^\d{1,20}$/.test(id)) return id;
  throw new ScmError("invalid", `"${id.slice(0, 40)}" is not a number of GitHub's`);
}

/** Numbers of deliveries are larger than a double is exact; Octokit then gives a bigint. */
const big = z.union([z.number(), z.bigint()]).transform(String);

const delivery = z.object({
  id: big,
  guid: z.string(),
  delivered_at: z.string(),
  redelivery: z.boolean(),
  status: z.string(),
  status_code: z.number(),
  event: z.string(),
  action: z.string().nullish(),
  installation_id: big.nullish(),
  repository_id: big.nullish(),
});

async function listDeliveries(ask: AppRequest, cursor: string | null, context: CallContext): Promise<DeliveryPage> {
  const operation = "list deliveries";
  const parameters = { per_page: perPage, ...(cursor === null ? {} : { cursor }) };
  const { data, headers } = await ask({ operation, route: "GET /app/hook/deliveries", parameters }, context);
  const found = parseAnswer(z.array(delivery), data, { operation });
  return { deliveries: found.map(toDelivery), next: nextCursor(String(headers["link"] ?? ""), "cursor") };
}

function toDelivery(found: z.infer<typeof delivery>): HookDelivery {
  return {
    id: found.id,
    guid: found.guid,
    deliveredAt: new Date(found.delivered_at),
    redelivery: found.redelivery,
    status: found.status,
    statusCode: found.status_code,
    event: found.event,
    action: found.action ?? null,
    installation: found.installation_id ?? null,
    repositoryId: found.repository_id ?? null,
  };
}

const installation = z.object({
  id: z.number(),
  account: z.object({ id: z.number(), login: z.string(), type: z.string() }),
  repository_selection: z.enum(["all", "selected"]),
  permissions: z.record(z.string(), z.string()),
  suspended_at: z.string().nullish(),
  html_url: z.string(),
});

function toInstallation(found: z.infer<typeof installation>): Installation {
  const { id, login, type } = found.account;
  return {
    id: String(found.id),
    account: { id: String(id), login, type: accountTypes.get(type) ?? "other" },
    repositorySelection: found.repository_selection,
    permissions: found.permissions,
    suspendedAt: typeof found.suspended_at === "string" ? new Date(found.suspended_at) : null,
    htmlUrl: found.html_url,
  };
}

const accountTypes: ReadonlyMap<string, GithubAccount["type"]> = new Map([
  ["User", "User"],
  ["Organization", "Organization"],
]);

async function listInstallations(ask: AppRequest, context: CallContext): Promise<Installation[]> {
  const operation = "list installations";
  const found: Installation[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const { data } = await ask(
      { operation, route: "GET /app/installations", parameters: { per_page: perPage, page } },
      context,
    );
    const some = parseAnswer(z.array(installation), data, { operation });
    found.push(...some.map(toInstallation));
    if (some.length < perPage) return found;
  }
  throw new ScmError("unavailable", "the App has more installations than can be listed");
}

const repositories = z.object({
  repositories: z.array(
    z.object({
      id: z.number(),
      full_name: z.string(),
      private: z.boolean(),
      archived: z.boolean().default(false),
      default_branch: z.string(),
      html_url: z.string(),
    }),
  ),
});

async function listRepositories(
  client: GithubClient,
  id: string,
  context: CallContext,
): Promise<InstallationRepository[]> {
  const operation = "list repositories";
  const found: InstallationRepository[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const { data } = await client.rest({
      operation,
      route: "GET /installation/repositories",
      parameters: { per_page: perPage, page },
      access: { installation: id, repositories: null, permissions: null },
      context,
    });
    const some = parseAnswer(repositories, data, { operation }).repositories;
    for (const { id: number, full_name: fullName, default_branch: defaultBranch, html_url: url, ...rest } of some)
      found.push({ id: String(number), fullName, defaultBranch, url, private: rest.private, archived: rest.archived });
    if (some.length < perPage) return found;
  }
  throw new ScmError("unavailable", "the installation has more repositories than can be listed");
}
