import { expect, test } from "vitest";
import { MemoryGit } from "./memory-git.ts";

const start = () => new MemoryGit({ now: () => 0, seed: "1", defaultBranch: "main", files: { a: "1", b: "1" } });
const author = { name: "A", email: "a@a" };

test("both sides changing one file to something else is a conflict, the same or different files are none", async () => {
  const git = start();
  const same = await git.commit({ branch: "same", files: { a: "2" } });
  const other = await git.commit({ branch: "other", files: { b: "2" } });
  const clash = await git.commit({ branch: "clash", files: { a: "3" } });
  const gone = await git.commit({ branch: "gone", files: { a: null } });
  const main = await git.commit({ branch: "main", files: { a: "2" } });
  expect(await git.conflicts(main, same)).toEqual([]);
  expect(await git.conflicts(main, other)).toEqual([]);
  expect(await git.conflicts(main, clash)).toEqual(["a"]);
  expect(await git.conflicts(main, gone)).toEqual(["a"]);
  const into = { into: "main", commit: clash, method: "merge", message: "m", author } as const;
  await expect(git.merge(into)).rejects.toThrow("conflicts in a");
  expect(git.tip("main")).toBe(main);
});

test("a comparison counts from the merge base, before and after a merge into the head", async () => {
  const git = start();
  const first = await git.commit({ branch: "work", files: { c: "1" } });
  const second = await git.commit({ branch: "work", files: { c: null, d: "1\n2" } });
  const main = await git.commit({ branch: "main", files: { b: "2" } });
  expect(await git.compare(main, second)).toEqual({
    ahead: [first, second],
    behind: 1,
    mergeBase: expect.any(String),
    files: [{ path: "d", status: "added", additions: 2, deletions: 0 }],
  });
  const merged = await git.merge({ into: "work", commit: main, method: "merge", message: "m", author });
  const after = await git.compare(main, merged);
  expect([after.ahead, after.behind, after.mergeBase]).toEqual([[first, second, merged], 0, main]);
  expect(after.files.map(({ path }) => path)).toEqual(["d"]);
  expect([await git.contains(merged, main), await git.contains(main, merged)]).toEqual([true, false]);
});

test("rebasing replays each commit onto the base, and leaves merges out", async () => {
  const git = start();
  await git.commit({ branch: "work", files: { c: "1" }, message: "one" });
  const main = await git.commit({ branch: "main", files: { b: "2" } });
  await git.merge({ into: "work", commit: main, method: "merge", message: "sync", author });
  const head = await git.commit({ branch: "work", files: { d: "1" }, message: "two" });
  const tip = await git.merge({ into: "main", commit: head, method: "rebase", message: "unused", author });
  const two = await git.commitOf(tip);
  const one = await git.commitOf(two?.parents[0] ?? "");
  expect([two?.message, one?.message, one?.parents]).toEqual(["two", "one", [main]]);
  expect(await Promise.all(["b", "c", "d"].map((path) => git.fileAt(tip, path)))).toEqual(["2", "1", "1"]);
});

test("a branch that is moved or removed is so at once; an unknown commit is an error", async () => {
  const git = start();
  const main = git.tip("main");
  await git.setBranch("copy", main);
  expect(git.branches().map(({ name }) => name)).toEqual(["main", "copy"]);
  await git.setBranch("copy", null);
  expect([git.tip("copy"), await git.commitOf("0".repeat(40))]).toEqual([null, null]);
  await expect(git.compare("0".repeat(40), main ?? "")).rejects.toThrow("no commit or branch");
});
