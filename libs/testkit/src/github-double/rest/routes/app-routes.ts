import type { DeliveryRecord, Installation, Json, Permissions } from "../../ports.ts";
import { reaches } from "../../server/asking.ts";
import { WorldRefusal } from "../../world/world-refusal.ts";
import type { RepositoryState } from "../../world/world-types.ts";
import { deliveryDetailJson, deliveryJson } from "../json/delivery-json.ts";
import { installationJson } from "../json/installation-json.ts";
import { iso } from "../json/json-context.ts";
import { repositoryJson } from "../json/repository-json.ts";
import { objectIn, textsIn } from "../rest-body.ts";
import { created, ok, page, pageWithin, route, urlWith } from "../rest-route.ts";
import type { RestAnswer, RestRequest, RestRoute } from "../rest-types.ts";

/** These are for the App itself, by its JWT [D]. */
function asApp(request: RestRequest): void {
  if (request.asking.caller.kind !== "app") throw new WorldRefusal(401, "A JSON web token could not be decoded");
}

function getApp(request: RestRequest): RestAnswer {
  asApp(request);
  const { id, slug, clientId } = request.asking.auth.app;
  return ok({
    id,
    slug,
    client_id: clientId,
    name: slug,
    html_url: `${request.asking.world.core.json.urls.web}/apps/${slug}`,
  });
}

function listInstallations(request: RestRequest): RestAnswer {
  asApp(request);
  const { auth, world } = request.asking;
  return page(request, auth.installations, (one) => installationJson(world.core.json, one, auth.app));
}

function getInstallation(request: RestRequest): RestAnswer {
  asApp(request);
  const { auth, world } = request.asking;
  return ok(installationJson(world.core.json, installationOf(request), auth.app));
}

/** Which installation reaches this repository. */
function getRepositoryInstallation(request: RestRequest): RestAnswer {
  asApp(request);
  const { auth, world } = request.asking;
  const { owner = "", repo = "" } = request.params;
  const repository = world.repositories.find(owner, repo);
  const found = repository === null ? undefined : auth.installations.find((one) => reaches(one, repository));
  if (found === undefined) throw new WorldRefusal(404, "Not Found");
  return ok(installationJson(world.core.json, found, auth.app));
}

/** A token of one hour, narrowed to repositories and permissions. */
function mintToken(request: RestRequest): RestAnswer {
  asApp(request);
  const { auth, world } = request.asking;
  const { body } = request;
  const ids = body["repository_ids"];
  const minted = auth.mint(Number(request.params["installation_id"]), {
    ...(Array.isArray(ids) ? { repositoryIds: ids.map(Number) } : {}),
    ...(body["repositories"] === undefined ? {} : { repositories: textsIn(body, "repositories") }),
    ...(body["permissions"] === undefined ? {} : { permissions: objectIn(body, "permissions") as Permissions }),
  });
  if (!minted.ok) throw new WorldRefusal(minted.status, minted.message);
  const { repositoryIds } = minted;
  const repositories = repositoryIds?.flatMap((id) => world.repositories.byId(id) ?? []);
  return created({
    token: minted.token,
    expires_at: iso(minted.expiresAt),
    permissions: { ...minted.permissions },
    repository_selection: repositoryIds === null ? "all" : "selected",
    ...(repositories === undefined
      ? {}
      : { repositories: repositories.map((one) => repositoryJson(world.core.json, one)) }),
  });
}

function listInstallationRepositories(request: RestRequest): RestAnswer {
  const { asking } = request;
  const { caller, auth, world } = asking;
  const installation = caller.kind === "installation" ? auth.installation(caller.installation) : null;
  if (caller.kind !== "installation" || installation === null) {
    throw new WorldRefusal(
      403,
      "You must authenticate with an installation access token in order to list repositories for an installation.",
    );
  }
  const mine = within(request, installation).filter(
    ({ id }) => caller.repositoryIds === null || caller.repositoryIds.includes(id),
  );
  return listed(request, mine, installation, world.core.json);
}

function listUserInstallations(request: RestRequest): RestAnswer {
  const { auth, world } = request.asking;
  const items = usersInstallations(request);
  const wrap = (one: Installation): Json => installationJson(world.core.json, one, auth.app);
  return pageWithin(request, { items, name: "installations", wrap });
}

function listUserInstallationRepositories(request: RestRequest): RestAnswer {
  const installation = usersInstallations(request).find(({ id }) => `${id}` === request.params["installation_id"]);
  if (installation === undefined) throw new WorldRefusal(404, "Not Found");
  return listed(request, within(request, installation), installation, request.asking.world.core.json);
}

/** Installations this person can reach: of itself, of its organizations, of repositories it has a place in [D]. */
function usersInstallations({ asking }: RestRequest): readonly Installation[] {
  const { caller, auth, world } = asking;
  if (caller.kind !== "user")
    throw new WorldRefusal(
      403,
      "You must authenticate with an access token authorized to a GitHub App in order to list installations",
    );
  const accounts = new Set(world.people.accountsOf(caller.login).map(({ id }) => id));
  const hasPlace = (one: Installation) =>
    world.repositories.all().some((repository) => reaches(one, repository) && repository.permissions.has(caller.login));
  return auth.installations.filter((one) => accounts.has(one.account.id) || hasPlace(one));
}

function within({ asking }: RestRequest, installation: Installation): readonly RepositoryState[] {
  return asking.world.repositories.all().filter((repository) => reaches(installation, repository));
}

function listed(
  request: RestRequest,
  ...[items, { selection }, json]: readonly [
    readonly RepositoryState[],
    Installation,
    Parameters<typeof repositoryJson>[0],
  ]
): RestAnswer {
  const answer = pageWithin(request, { items, name: "repositories", wrap: (one) => repositoryJson(json, one) });
  return { ...answer, body: { ...(answer.body as object), repository_selection: selection } };
}

function installationOf({ asking, params }: RestRequest): Installation {
  const installation = asking.auth.installation(Number(params["installation_id"]));
  if (installation === null) throw new WorldRefusal(404, "Not Found");
  return installation;
}

/**
 * Newest first, paged by a cursor. `status=failure` takes 400 to 599, and so misses connections that were refused: code 0
 * (scm §3.4 [D]).
 */
function listDeliveries(request: RestRequest): RestAnswer {
  asApp(request);
  const { deliveries, query } = request;
  const cursor = Number((query.get("cursor") ?? "").replace("v1_", "") || Number.MAX_SAFE_INTEGER);
  const size = Math.min(100, Math.max(1, Number(query.get("per_page") ?? 30) || 30));
  const older = deliveries.log.filter((record) => record.id < cursor && hasStatus(record, query.get("status")));
  const slice = older.slice(0, size);
  const last = slice.at(-1);
  const next = last === undefined || older.length <= size ? null : urlWith(request, { cursor: `v1_${last.id}` });
  return ok(slice.map(deliveryJson), next === null ? {} : { link: `<${next}>; rel="next"` });
}

function hasStatus({ statusCode }: DeliveryRecord, wanted: string | null): boolean {
  if (wanted === "success") return statusCode >= 200 && statusCode < 400;
  return wanted !== "failure" || (statusCode >= 400 && statusCode < 600);
}

function getDelivery(request: RestRequest): RestAnswer {
  asApp(request);
  const record = request.deliveries.log.find(({ id }) => `${id}` === request.params["delivery_id"]);
  if (record === undefined) throw new WorldRefusal(404, "Not Found");
  return ok(deliveryDetailJson(record));
}

function redeliver(request: RestRequest): RestAnswer {
  asApp(request);
  if (request.deliveries.redeliver(Number(request.params["delivery_id"])) === null)
    throw new WorldRefusal(404, "Not Found");
  return { status: 202, body: {} };
}

export const appRoutes: readonly RestRoute[] = [
  route("GET /app", getApp),
  route("GET /app/installations", listInstallations),
  route("GET /app/installations/{installation_id}", getInstallation),
  route("POST /app/installations/{installation_id}/access_tokens", mintToken, { mutation: false }),
  route("GET /app/hook/deliveries", listDeliveries),
  route("GET /app/hook/deliveries/{delivery_id}", getDelivery),
  route("POST /app/hook/deliveries/{delivery_id}/attempts", redeliver),
  route("GET /installation/repositories", listInstallationRepositories),
  route("GET /user/installations", listUserInstallations),
  route("GET /user/installations/{installation_id}/repositories", listUserInstallationRepositories),
  route("GET /repos/{owner}/{repo}/installation", getRepositoryInstallation),
];
