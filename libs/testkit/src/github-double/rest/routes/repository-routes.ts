import { mergeSettingsJson, repositoryJson } from "../json/repository-json.ts";
import { repositoryFor } from "../rest-access.ts";
import { ok, route } from "../rest-route.ts";
import type { RestRequest, RestRoute } from "../rest-types.ts";

/** `permissions` is of the asking token; who may not push is not told of merge settings [D]. */
function getRepository(request: RestRequest): ReturnType<RestRoute["handle"]> {
  const repository = repositoryFor(request, "metadata", "read");
  const { asking } = request;
  const push = asking.may(repository, "contents", "write");
  return ok({
    ...repositoryJson(asking.world.core.json, repository),
    ...(push ? mergeSettingsJson(repository) : {}),
    permissions: { admin: asking.may(repository, "administration", "write"), push, pull: true },
  });
}

export const repositoryRoutes: readonly RestRoute[] = [route("GET /repos/{owner}/{repo}", getRepository)];
