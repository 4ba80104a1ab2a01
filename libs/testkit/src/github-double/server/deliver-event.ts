import type { AppAuth, Deliveries, Installation, JsonObject, WorldEvent } from "../ports.ts";
import { accountJson } from "../rest/json/account-json.ts";
import { installationJson } from "../rest/json/installation-json.ts";
import { repositoryJson } from "../rest/json/repository-json.ts";
import type { World } from "../world/world.ts";
import type { RepositoryState } from "../world/world-types.ts";
import { reaches } from "./asking.ts";
import { isTold } from "./subscriptions.ts";

interface Telling {
  readonly world: World;
  readonly auth: AppAuth;
  readonly deliveries: Deliveries;
}

/** Sends an event to the App, if it is installed there, not suspended, and may be told. */
export function deliverEvent(telling: Telling, told: WorldEvent): void {
  const { world, deliveries } = telling;
  if (deliveries.url === null) return;
  const repository = told.repositoryId === null ? null : world.repositories.byId(told.repositoryId);
  const installation = addressee(telling, told, repository);
  if (installation === null || !isTold(told.event, installation.permissions)) return;
  const { event, action, repositoryId } = told;
  const body = {
    ...about(world, told, repository),
    ...signature(telling, told, { installation, whole: repository === null }),
  };
  deliveries.send({ event, action, installation: installation.id, repositoryId, body: () => body });
}

/** The installation an event is about, or the one that reaches its repository and is not suspended. */
function addressee(
  { auth }: Telling,
  { installation }: WorldEvent,
  repository: RepositoryState | null,
): Installation | null {
  if (repository === null) return installation === null ? null : auth.installation(installation);
  const found = auth.installations.find((one) => reaches(one, repository));
  return found === undefined || found.suspendedAt !== null ? null : found;
}

function about(world: World, { action, parts }: WorldEvent, repository: RepositoryState | null): JsonObject {
  const { json } = world.core;
  const owner = repository === null ? null : world.people.account(repository.owner);
  return {
    ...(action === null ? {} : { action }),
    ...(repository === null ? {} : { repository: repositoryJson(json, repository) }),
    ...(owner?.type === "Organization" ? { organization: accountJson(json, owner.login) } : {}),
    ...parts(),
  };
}

/** An event about the installation has all of it; others have its ids. */
function signature(
  { world, auth }: Telling,
  { sender }: WorldEvent,
  { installation, whole }: { readonly installation: Installation; readonly whole: boolean },
): JsonObject {
  const { json } = world.core;
  const ids = { id: installation.id, node_id: `I_${installation.id}` };
  return {
    sender: accountJson(json, sender),
    installation: whole ? installationJson(json, installation, auth.app) : ids,
  };
}
