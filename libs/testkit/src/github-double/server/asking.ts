import type { AppAuth, Caller, Installation, Permissions } from "../ports.ts";
import type { World } from "../world/world.ts";
import type { RepositoryPermission, RepositoryState, Viewer } from "../world/world-types.ts";

type Level = "read" | "write" | "admin";

interface AskingOptions {
  readonly world: World;
  readonly auth: AppAuth;
  readonly caller: Caller;
}

const ranks: Readonly<Record<RepositoryPermission, number>> = { read: 1, triage: 2, write: 3, maintain: 4, admin: 5 };

/** One authenticated request: what its token may do where (scm §1.2: all is worked out for the asking token). */
export class Asking {
  readonly world: World;
  readonly auth: AppAuth;
  readonly caller: Caller;

  constructor({ world, auth, caller }: AskingOptions) {
    this.world = world;
    this.auth = auth;
    this.caller = caller;
  }

  /** The account that acts; a bot's login ends in `[bot]`. */
  get login(): string {
    if (this.caller.kind === "installation" || this.caller.kind === "user") return this.caller.login;
    return this.caller.kind === "app" ? `${this.auth.app.slug}[bot]` : "ghost";
  }

  get installation(): number | null {
    return this.caller.kind === "installation" ? this.caller.installation : null;
  }

  /** Else the repository does not exist for this caller: 404. */
  mayRead(repository: RepositoryState): boolean {
    const { caller } = this;
    if (caller.kind === "installation" && this.#reaches(caller, repository)) return true;
    if (caller.kind === "user") return this.world.repositories.permissionOf(repository, caller.login) !== null;
    return !repository.private;
  }

  /** Has this permission of an App, or as a person what comes up to it. */
  may(repository: RepositoryState, permission: string, level: Level): boolean {
    const { caller } = this;
    if (caller.kind === "installation") {
      if (!this.#reaches(caller, repository)) return level === "read" && !repository.private;
      return allows(caller.permissions, permission, level);
    }
    if (caller.kind === "user") return this.#personMay(caller.login, repository, { permission, level });
    return caller.kind === "anonymous" && level === "read" && !repository.private && permission !== "administration";
  }

  /** How a merge by this caller is judged. */
  viewer(repository: RepositoryState): Viewer {
    return {
      login: this.login,
      contents: this.may(repository, "contents", "write"),
      workflows: this.may(repository, "workflows", "write"),
    };
  }

  #reaches(caller: Extract<Caller, { kind: "installation" }>, repository: RepositoryState): boolean {
    const installation = this.auth.installation(caller.installation);
    if (installation === null || !reaches(installation, repository)) return false;
    return caller.repositoryIds === null || caller.repositoryIds.includes(repository.id);
  }

  #personMay(
    login: string,
    repository: RepositoryState,
    { permission, level }: { permission: string; level: Level },
  ): boolean {
    const has = this.world.repositories.permissionOf(repository, login);
    if (has === null) return false;
    if (permission === "administration") return has === "admin";
    // Whoever may read may comment, review and propose.
    const needed =
      level === "read" || permission === "pull_requests" || permission === "issues" ? ranks.read : ranks.write;
    return ranks[has] >= needed;
  }
}

/** The repository is one of those the App was installed on. */
export function reaches({ account, selection, repositoryIds }: Installation, repository: RepositoryState): boolean {
  if (account.login.toLowerCase() !== repository.owner.toLowerCase()) return false;
  return selection === "all" || repositoryIds.includes(repository.id);
}

function allows(permissions: Permissions, permission: string, level: Level): boolean {
  if (permission === "metadata" && level === "read") return true;
  const has = permissions[permission];
  if (has === undefined) return false;
  return level === "read" || has === "admin" || has === level;
}
