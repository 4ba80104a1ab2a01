import type {
  Directory,
  Installation,
  InstallWish,
  JsonObject,
  Permissions,
  RepositorySummary,
  WorldEvent,
} from "../ports.ts";
import { defaultPermissions } from "./permissions.ts";

interface BookOptions {
  readonly now: () => number;
  readonly directory: Directory;
  readonly emit: (event: WorldEvent) => void;
}

/** Ids repeat between hosts; caches of clients mix them up, so no two doubles of a process share one (scm §5.2). */
let lastId = 61_000_000;

/** Where the App is installed, and the events of it. Each change says what is to be true; nothing new, no event. */
export class InstallationBook {
  readonly #options: BookOptions;
  readonly #byId = new Map<number, Installation>();

  constructor(options: BookOptions) {
    this.#options = options;
  }

  get all(): readonly Installation[] {
    return [...this.#byId.values()];
  }

  get(id: number): Installation | null {
    return this.#byId.get(id) ?? null;
  }

  /** The repositories it reaches. */
  reach({ account, selection, repositoryIds }: Installation): readonly RepositorySummary[] {
    const own = this.#options.directory.repositoriesOf(account.login);
    return selection === "all" ? own : own.filter(({ id }) => repositoryIds.includes(id));
  }

  of(repositoryId: number): Installation | null {
    return this.all.find((one) => this.reach(one).some(({ id }) => id === repositoryId)) ?? null;
  }

  /** An account has one at most: asked again, the repositories are what changes. */
  install({ account: login, repositories, permissions, by = login, requester }: InstallWish): Installation {
    const { directory, now } = this.#options;
    const account = directory.account(login);
    if (account === null) throw new Error(`account: nobody is called ${login}`);
    const repositoryIds = repositories?.map((name) => this.#repositoryOf(login, name).id);
    const known = this.all.find((one) => one.account.id === account.id);
    if (known !== undefined) {
      this.select(known.id, repositoryIds ?? "all", by);
      return known;
    }
    lastId += 1;
    const installation: Installation = {
      id: lastId,
      account,
      selection: repositoryIds === undefined ? "all" : "selected",
      repositoryIds: repositoryIds ?? [],
      permissions: permissions ?? defaultPermissions,
      suspendedAt: null,
      createdAt: now(),
      updatedAt: now(),
    };
    this.#byId.set(installation.id, installation);
    const repos = this.#told(installation);
    this.#tell(installation, {
      action: "created",
      by,
      parts: { repositories: repos, requester: this.#asker(requester) },
    });
    return installation;
  }

  /** It is gone. Told while it still is there, so that the event can name it. */
  uninstall(id: number, by?: string): void {
    const installation = this.get(id);
    if (installation === null) return;
    this.#tell(installation, { action: "deleted", by, parts: { repositories: this.#told(installation) } });
    this.#byId.delete(id);
  }

  suspend(id: number, { to, by }: { to: boolean; by?: string | undefined }): void {
    const installation = this.#known(id);
    if ((installation.suspendedAt !== null) === to) return;
    const at = this.#options.now();
    installation.suspendedAt = to ? at : null;
    installation.updatedAt = at;
    const parts = { repositories: this.#told(installation) };
    this.#tell(installation, { action: to ? "suspend" : "unsuspend", by, parts });
  }

  select(id: number, repositoryIds: readonly number[] | "all", by?: string): void {
    const installation = this.#known(id);
    const before = this.reach(installation);
    installation.selection = repositoryIds === "all" ? "all" : "selected";
    installation.repositoryIds = repositoryIds === "all" ? [] : [...repositoryIds];
    installation.updatedAt = this.#options.now();
    const after = this.reach(installation);
    const [added, removed] = [without(after, before), without(before, after)];
    const selection = { repository_selection: installation.selection, requester: null };
    const event = "installation_repositories";
    if (added.length > 0) {
      const parts = { ...selection, repositories_added: added, repositories_removed: [] };
      this.#tell(installation, { event, action: "added", by, parts });
    }
    if (removed.length > 0) {
      const parts = { ...selection, repositories_added: [], repositories_removed: removed };
      this.#tell(installation, { event, action: "removed", by, parts });
    }
  }

  acceptPermissions(id: number, permissions: Permissions, by?: string): void {
    const installation = this.#known(id);
    installation.permissions = permissions;
    installation.updatedAt = this.#options.now();
    const parts = { repositories: this.#told(installation) };
    this.#tell(installation, { action: "new_permissions_accepted", by, parts });
  }

  #known(id: number): Installation {
    const installation = this.get(id);
    if (installation === null) throw new Error(`there is no installation ${id}`);
    return installation;
  }

  #repositoryOf(account: string, name: string): RepositorySummary {
    const own = this.#options.directory.repositoriesOf(account);
    const found = own.find((one) => one.name === name || one.fullName === name);
    if (found === undefined) throw new Error(`repositories: ${account} has none that is called ${name}`);
    return found;
  }

  #told(installation: Installation): JsonObject[] {
    return this.reach(installation).map(toldRepository);
  }

  #asker(login: string | undefined): JsonObject | null {
    const account = login === undefined ? null : this.#options.directory.account(login);
    if (account === null) return null;
    return { login: account.login, id: account.id, node_id: account.nodeId, type: account.type, site_admin: false };
  }

  #tell(
    installation: Installation,
    told: { event?: string; action: string; by?: string | undefined; parts: JsonObject },
  ): void {
    this.#options.emit({
      event: told.event ?? "installation",
      action: told.action,
      repositoryId: null,
      installation: installation.id,
      sender: told.by ?? installation.account.login,
      parts: () => told.parts,
    });
  }
}

function toldRepository(one: RepositorySummary): JsonObject {
  return { id: one.id, node_id: one.nodeId, name: one.name, full_name: one.fullName, private: one.private };
}

function without(some: readonly RepositorySummary[], others: readonly RepositorySummary[]): JsonObject[] {
  return some.filter((one) => !others.some((other) => other.id === one.id)).map(toldRepository);
}
