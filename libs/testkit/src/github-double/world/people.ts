import type { Account } from "./world-types.ts";
import type { WorldCore } from "./world-core.ts";

interface Membership {
  readonly login: string;
  readonly role: "owner" | "member";
}

/** Accounts, and who is in which organization. Logins are compared as GitHub does, without case. */
export class People {
  readonly #core: WorldCore;
  readonly #accounts = new Map<string, Account>();
  readonly #members = new Map<string, Membership[]>();

  constructor(core: WorldCore) {
    this.#core = core;
  }

  /** The account exists; one that was there stays as it is. A login that ends in `[bot]` is a bot. */
  add(login: string, type: Account["type"] = login.endsWith("[bot]") ? "Bot" : "User"): Account {
    const present = this.account(login);
    if (present !== null) return present;
    const id = this.#core.nextId();
    const account = { id, nodeId: `${letterOf[type]}_${id}`, login, type };
    this.#accounts.set(login.toLowerCase(), account);
    return account;
  }

  /** The organization exists and these people own it. */
  organization(login: string, owners: readonly string[] = []): Account {
    const account = this.add(login, "Organization");
    for (const owner of owners) this.join(login, owner, "owner");
    return account;
  }

  /** The person is in the organization, in this role. */
  join(organization: string, login: string, role: Membership["role"] = "member"): void {
    this.add(login);
    const others = this.#membersOf(organization).filter((member) => member.login !== login);
    this.#members.set(organization.toLowerCase(), [...others, { login, role }]);
  }

  account(login: string): Account | null {
    return this.#accounts.get(login.toLowerCase()) ?? null;
  }

  /** Owns the account: it is the person itself, or an organization it owns. */
  owns(login: string, account: string): boolean {
    if (login.toLowerCase() === account.toLowerCase()) return true;
    return this.#membersOf(account).some((member) => member.login === login && member.role === "owner");
  }

  /** The person itself and the organizations it is in. */
  accountsOf(login: string): readonly Account[] {
    const own = this.account(login);
    const organizations = [...this.#members]
      .filter(([, members]) => members.some((member) => member.login === login))
      .flatMap(([organization]) => this.account(organization) ?? []);
    return own === null ? organizations : [own, ...organizations];
  }

  #membersOf(organization: string): readonly Membership[] {
    return this.#members.get(organization.toLowerCase()) ?? [];
  }
}

const letterOf: Readonly<Record<Account["type"], string>> = { User: "U", Organization: "O", Bot: "BOT" };
