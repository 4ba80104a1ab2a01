import type { Directory, RepositorySummary } from "../../ports.ts";
import type { Account } from "../../world/world-types.ts";

const account = (id: number, login: string, type: Account["type"]): Account => ({
  id,
  nodeId: `N_${id}`,
  login,
  type,
});
const accounts = [
  account(1, "acme", "Organization"),
  account(2, "olga", "User"),
  account(3, "mike", "User"),
  account(4, "eve", "User"),
];
const repository = (id: number, owner: string, name: string): RepositorySummary => ({
  id,
  nodeId: `R_${id}`,
  name,
  fullName: `${owner}/${name}`,
  private: name === "secret",
});
const repositories = [repository(11, "acme", "app"), repository(12, "acme", "secret"), repository(13, "mike", "toy")];

/** Olga owns acme, Mike is a member of it, Eve has nothing to do with it. */
export const sampleDirectory: Directory = {
  account: (login) => accounts.find((one) => one.login === login) ?? null,
  repositoriesOf: (login) => repositories.filter(({ fullName }) => fullName.startsWith(`${login}/`)),
  administers: (login, owner) => login === owner || (login === "olga" && owner === "acme"),
  accountsOf: (login) =>
    accounts.filter((one) => one.login === login || (one.login === "acme" && (login === "olga" || login === "mike"))),
};
