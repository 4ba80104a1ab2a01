import type { z } from "zod";
import type { AccessChange } from "./access-change.ts";
import * as payload from "./github-payload.ts";

type Account = z.infer<typeof payload.installationTargetEvent>["account"];
type Lists = Pick<AccessChange, "selection" | "added" | "removed">;

/** What a parsed webhook of GitHub says about an installation of the App; nothing for all events but three. */
export function githubAccess(event: string, data: unknown): AccessChange[] {
  switch (event) {
    case "installation": {
      const said = payload.installationEvent.parse(data);
      const lists = { selection: null, added: namesOf(said.repositories), removed: [] };
      return [changeOf(event, said, lists)];
    }
    case "installation_repositories": {
      const said = payload.installationRepositoriesEvent.parse(data);
      const { repositories_added: added, repositories_removed: removed, repository_selection: selection } = said;
      const lists = { selection: selection ?? null, added: namesOf(added), removed: namesOf(removed) };
      return [changeOf(event, said, lists)];
    }
    case "installation_target": {
      const said = payload.installationTargetEvent.parse(data);
      const change = changeOf(event, said, { selection: null, added: [], removed: [] });
      return [{ ...change, account: accountOf(said.account) ?? change.account }];
    }
    default:
      return [];
  }
}

function changeOf(
  event: AccessChange["event"],
  said: Omit<z.infer<typeof payload.installationEvent>, "repositories">,
  lists: Lists,
): AccessChange {
  const { action, installation, requester, sender } = said;
  return {
    provider: "github",
    event,
    action,
    installation: String(installation.id),
    account: accountOf(installation.account),
    requester: personOf(requester),
    sender: personOf(sender),
    permissions: installation.permissions ?? null,
    suspendedAt: installation.suspended_at ?? null,
    ...lists,
    selection: lists.selection ?? installation.repository_selection ?? null,
    at: installation.updated_at,
  };
}

function accountOf(account: Account): AccessChange["account"] {
  const login = account?.login ?? account?.slug;
  return account == null || login == null
    ? null
    : { id: String(account.id), login, type: account.type ?? "Enterprise" };
}

function personOf(person: { id: number; login: string } | null | undefined): AccessChange["sender"] {
  return person == null ? null : { id: String(person.id), login: person.login };
}

function namesOf(list: readonly { id: number; full_name: string }[]): { id: string; name: string }[] {
  return list.map(({ id, full_name: name }) => ({ id: String(id), name }));
}
