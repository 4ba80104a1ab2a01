import type { Directory, RepositorySummary } from "../ports.ts";
import { fullNameOf } from "../rest/json/repository-json.ts";
import type { People } from "./people.ts";
import type { Repositories } from "./repositories.ts";

/** What is known of accounts and their repositories, live. */
export function worldDirectory(people: People, repositories: Repositories): Directory {
  return {
    account: (login) => people.account(login),
    administers: (login, account) => people.owns(login, account),
    accountsOf: (login) => people.accountsOf(login),
    repositoriesOf: (login) =>
      repositories
        .all()
        .filter(({ owner }) => owner.toLowerCase() === login.toLowerCase())
        .map((repository): RepositorySummary => ({
          id: repository.id,
          nodeId: repository.nodeId,
          name: repository.name,
          fullName: fullNameOf(repository),
          private: repository.private,
        })),
  };
}
