import { WorldRefusal } from "../../world/world-refusal.ts";
import { accountJson } from "../json/account-json.ts";
import { installationJson } from "../json/installation-json.ts";
import { ok, route } from "../rest-route.ts";
import type { RestAnswer, RestRequest, RestRoute } from "../rest-types.ts";

function getUser({ asking }: RestRequest): RestAnswer {
  const { caller, world } = asking;
  if (caller.kind === "anonymous") throw new WorldRefusal(401, "Requires authentication");
  if (caller.kind !== "user") throw new WorldRefusal(403, "Resource not accessible by integration");
  return ok({ ...accountJson(world.core.json, caller.login), name: caller.login, two_factor_authentication: true });
}

function getAccount({ asking, params }: RestRequest): RestAnswer {
  const account = asking.world.people.account(params["username"] ?? params["org"] ?? "");
  if (account === null) throw new WorldRefusal(404, "Not Found");
  return ok(accountJson(asking.world.core.json, account.login));
}

/** The App's installation on an account, for the App itself. */
function getAccountInstallation({ asking, params }: RestRequest): RestAnswer {
  if (asking.caller.kind !== "app") throw new WorldRefusal(401, "A JSON web token could not be decoded");
  const login = (params["username"] ?? params["org"] ?? "").toLowerCase();
  const found = asking.auth.installations.find(({ account }) => account.login.toLowerCase() === login);
  if (found === undefined) throw new WorldRefusal(404, "Not Found");
  return ok(installationJson(asking.world.core.json, found, asking.auth.app));
}

/** Costs nothing itself [D]. */
function getRateLimit({ asking, rate }: RestRequest): RestAnswer {
  const resource = (name: "core" | "graphql") => {
    const { limit, used, remaining, resetAt } = rate.view(asking.caller, name);
    return { limit, used, remaining, reset: Math.ceil(resetAt / 1_000) };
  };
  return ok({ resources: { core: resource("core"), graphql: resource("graphql") }, rate: resource("core") });
}

/** What is said of the server; `installed_version` is there on GitHub Enterprise Server alone. */
function getMeta(): RestAnswer {
  return ok({ verifiable_password_authentication: false, installed_version: "3.18.0" });
}

export const accountRoutes: readonly RestRoute[] = [
  route("GET /meta", getMeta),
  route("GET /rate_limit", getRateLimit),
  route("GET /user", getUser),
  route("GET /users/{username}", getAccount),
  route("GET /orgs/{org}", getAccount),
  route("GET /users/{username}/installation", getAccountInstallation),
  route("GET /orgs/{org}/installation", getAccountInstallation),
];
