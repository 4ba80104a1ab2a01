import type { JsonObject } from "../../ports.ts";
import type { JsonContext } from "./json-context.ts";

/** An account as REST's simple user; one nobody knows is GitHub's ghost. */
export function accountJson(context: JsonContext, login: string): JsonObject {
  const account = context.account(login) ?? { id: 10_137, nodeId: "U_ghost", login: "ghost", type: "User" };
  const url = `${context.urls.api}/users/${encodeURIComponent(account.login)}`;
  return {
    login: account.login,
    id: account.id,
    node_id: account.nodeId,
    avatar_url: `${context.urls.web}/avatars/${account.id}`,
    url,
    html_url: `${context.urls.web}/${encodeURIComponent(account.login)}`,
    repos_url: `${url}/repos`,
    type: account.type,
    site_admin: false,
  };
}
