import type { DiskGit, GitRepo } from "../ports.ts";
import { fullNameOf, repositoryJson } from "../rest/json/repository-json.ts";
import { MemoryGit } from "./memory-git.ts";
import type { People } from "./people.ts";
import { WorldRefusal } from "./world-refusal.ts";
import type { WorldCore } from "./world-core.ts";
import type { RepositoryPermission, RepositoryState, RepositoryWish } from "./world-types.ts";

/** What can be changed of a repository without a webhook (scm §3.2.3 [D]). */
export type RepositorySettings = Partial<
  Pick<
    RepositoryState,
    | "mergeMethods"
    | "autoMerge"
    | "deleteBranchOnMerge"
    | "hooks"
    | "precedence"
    | "draftWord"
    | "codeOwners"
    | "private"
  >
>;

interface RepositoriesOptions {
  readonly core: WorldCore;
  readonly people: People;
  /** Asked for at the first repository on disk. */
  readonly disk: () => Promise<DiskGit>;
}

/** Repositories by name and by id, and what people may do in them. */
export class Repositories {
  readonly #options: RepositoriesOptions;
  readonly #byId = new Map<number, RepositoryState>();
  readonly #byName = new Map<string, RepositoryState>();

  constructor(options: RepositoriesOptions) {
    this.#options = options;
  }

  /** Makes a repository with one commit on its default branch. */
  async add(wish: RepositoryWish): Promise<RepositoryState> {
    const { core, people } = this.#options;
    if (this.find(wish.owner, wish.name) !== null) {
      throw new WorldRefusal(422, "Repository creation failed.", [
        { resource: "Repository", code: "custom", field: "name", message: "name already exists on this account" },
      ]);
    }
    if (people.account(wish.owner) === null) people.organization(wish.owner);
    const id = core.nextId();
    const git = await this.#git(wish, id);
    const repository = { ...withDefaults(wish), id, nodeId: `R_${id}`, createdAt: core.now(), git };
    for (const login of repository.permissions.keys()) people.add(login);
    this.#byId.set(id, repository);
    this.#byName.set(keyOf(wish.owner, wish.name), repository);
    core.nodes.set(repository.nodeId, { kind: "repository", repository });
    return repository;
  }

  /** Names are compared without case. One that was renamed is still found by its old name, as GitHub's redirects do. */
  find(owner: string, name: string): RepositoryState | null {
    return this.#byName.get(keyOf(owner, name)) ?? null;
  }

  byId(id: number): RepositoryState | null {
    return this.#byId.get(id) ?? null;
  }

  all(): readonly RepositoryState[] {
    return [...this.#byId.values()];
  }

  configure(repository: RepositoryState, settings: RepositorySettings): void {
    Object.assign(repository, settings);
  }

  rename(repository: RepositoryState, name: string, by = repository.owner): void {
    const from = repository.name;
    repository.name = name;
    this.#byName.set(keyOf(repository.owner, name), repository);
    this.#tell(repository, { action: "renamed", by, more: { changes: { repository: { name: { from } } } } });
  }

  archive(repository: RepositoryState, by = repository.owner): void {
    repository.archived = true;
    this.#tell(repository, { action: "archived", by });
  }

  /** It is gone, with all that was in it. */
  remove(repository: RepositoryState, by = repository.owner): void {
    this.#tell(repository, { action: "deleted", by });
    this.#byId.delete(repository.id);
    for (const [name, other] of this.#byName) if (other === repository) this.#byName.delete(name);
    for (const [nodeId, node] of this.#options.core.nodes) {
      const home =
        node.kind === "pull" || node.kind === "review" || node.kind === "thread"
          ? node.pull.repository
          : node.repository;
      if (home === repository) this.#options.core.nodes.delete(nodeId);
    }
  }

  /** What this person may do here; null takes it away. There is no webhook for it that we could rely on (scm §3.2.6). */
  grant(repository: RepositoryState, login: string, permission: RepositoryPermission | null): void {
    this.#options.people.add(login);
    if (permission === null) repository.permissions.delete(login);
    else repository.permissions.set(login, permission);
  }

  /** Null: the repository does not exist for this person. */
  permissionOf(repository: RepositoryState, login: string): RepositoryPermission | null {
    if (this.#options.people.owns(login, repository.owner)) return "admin";
    return repository.permissions.get(login) ?? (repository.private ? null : "read");
  }

  /** "Reviewers with write access" (scm §1.3). */
  isWriter(repository: RepositoryState, login: string): boolean {
    const permission = this.permissionOf(repository, login);
    return permission === "write" || permission === "maintain" || permission === "admin";
  }

  async #git(wish: RepositoryWish, id: number): Promise<GitRepo> {
    const { core, disk } = this.#options;
    const defaultBranch = wish.defaultBranch ?? "main";
    const files = wish.files ?? { "README.md": `# ${wish.name}\n` };
    if (wish.git === "disk") return (await disk()).create({ fullName: fullNameOf(wish), defaultBranch, files });
    return new MemoryGit({ now: core.now, seed: `${id}`, defaultBranch, files });
  }

  #tell(
    repository: RepositoryState,
    {
      action,
      by,
      more,
    }: { action: string; by: string; more?: { changes: { repository: { name: { from: string } } } } },
  ): void {
    const { core } = this.#options;
    core.emit({
      event: "repository",
      action,
      repositoryId: repository.id,
      installation: null,
      sender: by,
      parts: () => ({ ...more, repository: repositoryJson(core.json, repository) }),
    });
  }
}

function keyOf(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase();
}

function withDefaults(wish: RepositoryWish): Omit<RepositoryState, "id" | "nodeId" | "createdAt" | "git"> {
  return {
    owner: wish.owner,
    name: wish.name,
    private: wish.private ?? false,
    archived: false,
    defaultBranch: wish.defaultBranch ?? "main",
    ...mergeSettings(wish),
    hooks: wish.hooks ?? false,
    precedence: wish.precedence ?? "blocked",
    draftWord: wish.draftWord ?? "DRAFT",
    codeOwners: wish.codeOwners ?? [],
    permissions: new Map(Object.entries(wish.permissions ?? {})),
    rules: new Map(),
    pulls: new Map(),
    checkRuns: new Map(),
    statuses: new Map(),
    signed: new Set(),
    deployed: new Set(),
    nextNumber: 1,
  };
}

function mergeSettings(
  wish: RepositoryWish,
): Pick<RepositoryState, "mergeMethods" | "autoMerge" | "deleteBranchOnMerge"> {
  return {
    mergeMethods: wish.mergeMethods ?? ["merge", "squash", "rebase"],
    autoMerge: wish.autoMerge ?? false,
    deleteBranchOnMerge: wish.deleteBranchOnMerge ?? false,
  };
}
