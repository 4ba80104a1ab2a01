import { mkdir } from "node:fs/promises";
import type { CommitInfo, CommitWish, Comparison, GitRepo, MergeWish, Signature } from "../ports.ts";
import { compareCommits, containsCommit, readCommit } from "./compare-commits.ts";
import { memo } from "./memo.ts";
import { mergeCommits, mergeTree } from "./merge-commits.ts";
import { runGit } from "./run-git.ts";
import { writeCommit } from "./write-commit.ts";

interface DiskRepoOptions {
  readonly path: string;
  readonly defaultBranch: string;
  readonly now: () => number;
}

const nobody: Signature = { name: "GitHub double", email: "double@example.invalid" };
/** "There is no such ref", for git. */
export const noCommit = "0".repeat(40);

/** A real bare repository. Its branches are also kept in memory, so that what it says of tips is true at once. */
export class DiskRepo implements GitRepo {
  readonly kind = "disk";
  readonly path: string;
  readonly defaultBranch: string;
  readonly #now: () => number;
  readonly #tips = new Map<string, string>();
  readonly #commits = new Map<string, CommitInfo>();
  #last: Promise<unknown> = Promise.resolve();

  constructor({ path, defaultBranch, now }: DiskRepoOptions) {
    this.path = path;
    this.defaultBranch = defaultBranch;
    this.#now = now;
  }

  /** The repository exists, with these files in the first commit of its default branch. */
  async begin(files: Readonly<Record<string, string>>): Promise<void> {
    const { path: cwd, defaultBranch: branch } = this;
    await mkdir(cwd, { recursive: true });
    await runGit({ cwd, args: ["init", "--quiet", "--bare", "--template=", `--initial-branch=${branch}`] });
    const first = { branch, parent: null, files, message: "Begin", author: nobody, at: this.#now() };
    this.#tips.set(branch, await writeCommit(cwd, first));
  }

  tip(branch: string): string | null {
    return this.#tips.get(branch) ?? null;
  }

  branches(): readonly { readonly name: string; readonly oid: string }[] {
    return [...this.#tips].map(([name, oid]) => ({ name, oid }));
  }

  setBranch(name: string, oid: string | null): Promise<void> {
    return this.exclusively(() => this.moveRef(`refs/heads/${name}`, { to: oid }));
  }

  commit({ branch, from, files, message = "Change", author = nobody }: CommitWish): Promise<string> {
    return this.exclusively(async () => {
      const parent = this.tip(branch) ?? this.#start(from ?? this.defaultBranch);
      const wish = { branch, parent, files, message, author, at: this.#now() };
      const oid = await writeCommit(this.path, wish);
      this.#tips.set(branch, oid);
      return oid;
    });
  }

  async commitOf(oid: string): Promise<CommitInfo | null> {
    const known = this.#commits.get(commitId(oid));
    if (known !== undefined) return known;
    const read = await readCommit(this.path, oid);
    if (read !== null) this.#commits.set(oid, read);
    return read;
  }

  async fileAt(oid: string, path: string): Promise<string | null> {
    const args = ["cat-file", "blob", `${commitId(oid)}:${path}`];
    const { code, stdout } = await runGit({ cwd: this.path, args, answers: [128] });
    return code === 0 ? stdout : null;
  }

  readonly conflicts: (base: string, head: string) => Promise<readonly string[]> = memo(
    async (base, head) => (await mergeTree(this.path, commitId(base), commitId(head))).conflicts,
  );

  readonly compare: (base: string, head: string) => Promise<Comparison> = memo(async (base, head) =>
    compareCommits(this.path, commitId(base), commitId(head)),
  );

  readonly contains: (descendant: string, ancestor: string) => Promise<boolean> = memo(async (descendant, ancestor) =>
    containsCommit(this.path, commitId(descendant), commitId(ancestor)),
  );

  merge(wish: MergeWish): Promise<string> {
    return this.exclusively(async () => {
      const onto = this.#start(wish.into);
      const merged = await mergeCommits(this.path, { ...wish, commit: commitId(wish.commit), onto, at: this.#now() });
      await this.moveRef(`refs/heads/${wish.into}`, { to: merged });
      return merged;
    });
  }

  async publishPull(number: number, oid: string): Promise<void> {
    await runGit({ cwd: this.path, args: ["update-ref", `refs/pull/${number}/head`, commitId(oid)] });
  }

  /** Runs one thing after the other: nothing else moves a ref meanwhile. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    // Whoever asked is told of a failure; the next in turn does not mind it.
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** The ref is at `to` (null: does not exist). With `from` it throws when it was elsewhere. Only within `exclusively`. */
  async moveRef(ref: string, { from, to }: { from?: string | null; to: string | null }): Promise<void> {
    const old = from === undefined ? [] : [from ?? noCommit];
    await runGit({ cwd: this.path, args: ["update-ref", ref, to === null ? noCommit : commitId(to), ...old] });
    if (!ref.startsWith("refs/heads/")) return;
    const branch = ref.slice("refs/heads/".length);
    if (to === null) this.#tips.delete(branch);
    else this.#tips.set(branch, to);
  }

  #start(name: string): string {
    return this.tip(name) ?? commitId(name);
  }
}

function commitId(text: string): string {
  if (!/^[0-9a-f]{40}$/.test(text)) throw new Error(`There is no commit or branch ${text}`);
  return text;
}
