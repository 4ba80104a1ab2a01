import type { Installation, JsonObject } from "../../ports.ts";
import type { AppIdentity } from "../../ports.ts";
import { accountJson } from "./account-json.ts";
import { iso, isoOrNull, type JsonContext } from "./json-context.ts";

/** An installation, as the App itself, its people and its events see it. */
export function installationJson(context: JsonContext, installation: Installation, app: AppIdentity): JsonObject {
  const { id, account, selection, permissions } = installation;
  const url = `${context.urls.api}/app/installations/${id}`;
  return {
    id,
    node_id: `I_${id}`,
    account: accountJson(context, account.login),
    target_id: account.id,
    target_type: account.type,
    app_id: app.id,
    app_slug: app.slug,
    client_id: app.clientId,
    repository_selection: selection,
    permissions: { ...permissions },
    events: [],
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${context.urls.api}/installation/repositories`,
    html_url: `${context.urls.web}/settings/installations/${id}`,
    created_at: iso(installation.createdAt),
    updated_at: iso(installation.updatedAt),
    single_file_name: null,
    suspended_at: isoOrNull(installation.suspendedAt),
    suspended_by: installation.suspendedAt === null ? null : accountJson(context, account.login),
  };
}
