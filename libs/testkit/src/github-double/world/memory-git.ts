import { createHash } from "node:crypto";
import type { ChangedFile, CommitInfo, CommitWish, Comparison, GitRepo, MergeWish, Signature } from "../ports.ts";

type Tree = ReadonlyMap<string, string>;
interface Commit extends CommitInfo {
  /** Rises with each commit, so that a parent has a smaller one. */
  readonly order: number;
  readonly tree: Tree;
}

interface MemoryGitOptions {
  now(): number;
  /** Makes commit ids of two repositories different. */
  readonly seed: string;
  readonly defaultBranch: string;
  readonly files: Readonly<Record<string, string>>;
}

const nobody: Signature = { name: "GitHub double", email: "double@example.invalid" };

/**
 * Git without git, for worlds by the thousand: commits hold whole trees, and a merge conflicts when both sides changed
 * the same file to something else (git looks at lines; this one is stricter). Nobody can clone it.
 */
export class MemoryGit implements GitRepo {
  readonly kind = "memory";
  readonly #options: MemoryGitOptions;
  readonly #commits = new Map<string, Commit>();
  readonly #branches = new Map<string, string>();

  constructor(options: MemoryGitOptions) {
    this.#options = options;
    const tree = new Map(Object.entries(options.files));
    this.#branches.set(options.defaultBranch, this.#write({ tree, parents: [], message: "Begin", author: nobody }));
  }

  tip(branch: string): string | null {
    return this.#branches.get(branch) ?? null;
  }

  branches(): readonly { readonly name: string; readonly oid: string }[] {
    return [...this.#branches].map(([name, oid]) => ({ name, oid }));
  }

  async setBranch(name: string, oid: string | null): Promise<void> {
    if (oid === null) this.#branches.delete(name);
    else this.#branches.set(name, this.#commit(oid).oid);
  }

  async commit(wish: CommitWish): Promise<string> {
    const from = this.tip(wish.branch) ?? this.#start(wish.from ?? this.#options.defaultBranch);
    const tree = new Map(this.#commit(from).tree);
    for (const [path, text] of Object.entries(wish.files)) {
      if (text === null) tree.delete(path);
      else tree.set(path, text);
    }
    const author = wish.author ?? nobody;
    const oid = this.#write({ tree, parents: [from], message: wish.message ?? "Change", author });
    this.#branches.set(wish.branch, oid);
    return oid;
  }

  async commitOf(oid: string): Promise<CommitInfo | null> {
    return this.#commits.get(oid) ?? null;
  }

  async fileAt(oid: string, path: string): Promise<string | null> {
    return this.#commit(oid).tree.get(path) ?? null;
  }

  async conflicts(base: string, head: string): Promise<readonly string[]> {
    return this.#merged(base, head).conflicts;
  }

  async compare(base: string, head: string): Promise<Comparison> {
    const [ofBase, ofHead] = [this.#history(base), this.#history(head)];
    const ahead = [...ofHead].filter((commit) => !ofBase.has(commit)).toSorted((a, b) => a.order - b.order);
    const fork = this.#mergeBase(base, head);
    return {
      ahead: ahead.map(({ oid }) => oid),
      behind: [...ofBase].filter((commit) => !ofHead.has(commit)).length,
      mergeBase: fork?.oid ?? null,
      files: changedFiles(fork?.tree ?? new Map(), this.#commit(head).tree),
    };
  }

  async contains(descendant: string, ancestor: string): Promise<boolean> {
    return this.#history(descendant).has(this.#commit(ancestor));
  }

  async merge(wish: MergeWish): Promise<string> {
    const onto = this.#start(wish.into);
    const { tree, conflicts } = this.#merged(onto, wish.commit);
    if (conflicts.length > 0) throw new Error(`Merging ${wish.commit} conflicts in ${conflicts.join(", ")}`);
    const written = { tree, message: wish.message, author: wish.author };
    const oid =
      wish.method === "rebase"
        ? await this.#replay(onto, wish.commit)
        : this.#write({ ...written, parents: wish.method === "merge" ? [onto, wish.commit] : [onto] });
    this.#branches.set(wish.into, oid);
    return oid;
  }

  async publishPull(): Promise<void> {}

  /** Each commit of head that onto has not, as a new commit on top of onto; merge commits bring nothing of their own. */
  async #replay(onto: string, head: string): Promise<string> {
    const { ahead } = await this.compare(onto, head);
    let tip = onto;
    for (const oid of ahead) {
      const { parents, message, author, tree } = this.#commit(oid);
      const [parent] = parents;
      if (parent === undefined || parents.length > 1) continue;
      const replayed = new Map(this.#commit(tip).tree);
      apply(changedFiles(this.#commit(parent).tree, tree), { from: tree, to: replayed });
      tip = this.#write({ tree: replayed, parents: [tip], message, author });
    }
    return tip;
  }

  #write(commit: { tree: Tree; parents: readonly string[]; message: string; author: Signature }): string {
    const order = this.#commits.size;
    const oid = createHash("sha1").update(`${this.#options.seed} ${order}`).digest("hex");
    this.#commits.set(oid, { ...commit, oid, order, committedAt: this.#options.now() });
    return oid;
  }

  /** The commit of a branch, or of an id. */
  #start(name: string): string {
    return this.tip(name) ?? this.#commit(name).oid;
  }

  #commit(oid: string): Commit {
    const commit = this.#commits.get(oid);
    if (commit === undefined) throw new Error(`There is no commit or branch ${oid}`);
    return commit;
  }

  #history(oid: string): Set<Commit> {
    const found = new Set<Commit>();
    const next = [this.#commit(oid)];
    for (let commit = next.pop(); commit !== undefined; commit = next.pop()) {
      if (found.has(commit)) continue;
      found.add(commit);
      next.push(...commit.parents.map((parent) => this.#commit(parent)));
    }
    return found;
  }

  #mergeBase(base: string, head: string): Commit | null {
    const ofBase = this.#history(base);
    const common = [...this.#history(head)].filter((commit) => ofBase.has(commit));
    return common.toSorted((a, b) => b.order - a.order)[0] ?? null;
  }

  #merged(base: string, head: string): { tree: Tree; conflicts: readonly string[] } {
    const old = this.#mergeBase(base, head)?.tree ?? new Map<string, string>();
    const [ours, theirs] = [this.#commit(base).tree, this.#commit(head).tree];
    const tree = new Map(ours);
    const changed = changedFiles(old, theirs);
    const conflicts = changed
      .map(({ path }) => path)
      .filter((path) => ours.get(path) !== old.get(path) && ours.get(path) !== theirs.get(path));
    apply(changed, { from: theirs, to: tree });
    return { tree, conflicts };
  }
}

function apply(files: readonly ChangedFile[], trees: { from: Tree; to: Map<string, string> }): void {
  for (const { path } of files) {
    const text = trees.from.get(path);
    if (text === undefined) trees.to.delete(path);
    else trees.to.set(path, text);
  }
}

function changedFiles(before: Tree, after: Tree): ChangedFile[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths]
    .filter((path) => before.get(path) !== after.get(path))
    .toSorted()
    .map((path) => ({
      path,
      status: before.has(path) ? (after.has(path) ? "modified" : "removed") : "added",
      additions: linesOf(after.get(path)),
      deletions: linesOf(before.get(path)),
    }));
}

function linesOf(text: string | undefined): number {
  return text === undefined ? 0 : text.split("\n").length;
}
