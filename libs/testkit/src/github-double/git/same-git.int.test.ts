import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { GitRepo } from "../ports.ts";
import { MemoryGit } from "../world/memory-git.ts";
import { createDiskGit, type DiskGitServer } from "./disk-git.ts";

// Worlds have git in memory or on disk, and are judged alike: what both say of the same story has to be the same.
const files = { "README.md": "# app\n", "src/app.ts": "one\n", "src/other.ts": "one\n" };
const author = { name: "Ann", email: "ann@example.invalid" };
let disk: DiskGitServer;
let count = 0;

beforeAll(async () => {
  disk = await createDiskGit({ now: Date.now });
});
afterAll(() => disk.close());

const kinds: Record<string, () => Promise<GitRepo>> = {
  memory: () => Promise.resolve(new MemoryGit({ now: Date.now, seed: "same", defaultBranch: "main", files })),
  disk: () => disk.create({ fullName: `acme/app${(count += 1)}`, defaultBranch: "main", files }),
};

describe.each(Object.entries(kinds))("git in %s", (_, make) => {
  test("commits move tips, from the default branch or from where it is said", async () => {
    const git = await make();
    const main = git.tip("main");
    const one = await git.commit({ branch: "work", files: { a: "1" }, message: "one", author });
    const two = await git.commit({ branch: "more", from: "work", files: { "src/app.ts": null } });
    expect([git.tip("main"), git.tip("work"), git.tip("more"), git.tip("none")]).toEqual([main, one, two, null]);
    expect(await git.commitOf(one)).toMatchObject({ oid: one, message: "one", author, parents: [main] });
    expect([await git.fileAt(two, "a"), await git.fileAt(two, "src/app.ts")]).toEqual(["1", null]);
    expect(await git.commitOf("0".repeat(40))).toBeNull();
    expect([await git.contains(two, one), await git.contains(one, two)]).toEqual([true, false]);
  });

  test("a comparison has commits, files and the way back", async () => {
    const git = await make();
    const one = await git.commit({ branch: "work", files: { a: "1\n" } });
    const two = await git.commit({ branch: "work", files: { "src/app.ts": "two\n", "src/other.ts": null } });
    const main = await git.commit({ branch: "main", files: { b: "1\n" } });
    const { ahead, behind, mergeBase, files: changed } = await git.compare(main, two);
    expect([ahead, behind, mergeBase]).toEqual([[one, two], 1, (await git.commitOf(one))?.parents[0]]);
    expect(changed.map(({ path, status }) => `${status} ${path}`)).toEqual([
      "added a",
      "modified src/app.ts",
      "removed src/other.ts",
    ]);
  });

  test("the same file changed to something else on both sides is a conflict, and nothing is merged", async () => {
    const git = await make();
    const head = await git.commit({ branch: "work", files: { "src/app.ts": "ours\n" } });
    const fine = await git.commit({ branch: "fine", files: { "src/other.ts": "two\n" } });
    const main = await git.commit({ branch: "main", files: { "src/app.ts": "theirs\n" } });
    expect([await git.conflicts(main, head), await git.conflicts(main, fine)]).toEqual([["src/app.ts"], []]);
    const order = { into: "main", commit: head, message: "m", author, method: "merge" } as const;
    await expect(git.merge(order)).rejects.toThrow(/conflict/i);
    expect(git.tip("main")).toBe(main);
  });

  test.each([
    { method: "merge", parents: 2, ahead: 3 },
    { method: "squash", parents: 1, ahead: 1 },
    { method: "rebase", parents: 1, ahead: 2 },
  ] as const)("$method lands all of the head", async ({ method, parents, ahead }) => {
    const git = await make();
    await git.commit({ branch: "work", files: { a: "1" }, message: "one" });
    const head = await git.commit({ branch: "work", files: { b: "2" }, message: "two" });
    const main = await git.commit({ branch: "main", files: { c: "3" } });
    const tip = await git.merge({ into: "main", commit: head, method, message: "Land it\n\nall", author });
    expect(git.tip("main")).toBe(tip);
    const info = await git.commitOf(tip);
    expect([info?.parents.length, info?.message]).toEqual([parents, method === "rebase" ? "two" : "Land it\n\nall"]);
    expect(await Promise.all(["a", "b", "c"].map((path) => git.fileAt(tip, path)))).toEqual(["1", "2", "3"]);
    expect((await git.compare(main, tip)).ahead).toHaveLength(ahead);
  });

  test("a branch is set and deleted", async () => {
    const git = await make();
    await git.setBranch("gt/copy", git.tip("main"));
    expect(
      git
        .branches()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(["gt/copy", "main"]);
    await git.setBranch("gt/copy", null);
    expect(git.tip("gt/copy")).toBeNull();
  });
});
