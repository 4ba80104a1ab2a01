import { join } from "node:path";
import { utimes, writeFile } from "node:fs/promises";
import { beforeEach, expect, test } from "vitest";
import { commit, git, sampleRepo, tempFolder } from "../../test/sample-repo.ts";
import { createGit, type Git } from "./git.ts";
import { mergeBranches } from "./merge-branches.ts";
import { readBranches } from "./read-branches.ts";

const run = createGit({ path: process.env["PATH"] ?? "" });
const { signal } = new AbortController();
let work: string;
let cwd: string;
let head: string;

beforeEach(async () => {
  work = await sampleRepo();
  await git(work, "checkout", "--quiet", "-b", "gt/toast/gt-1");
  head = await commit(work, { "a.txt": "changed\n" });
  cwd = join(await tempFolder(), "app.git");
  await git(work, "clone", "--quiet", "--bare", work, cwd);
});

const branches = { head: "gt/toast/gt-1", base: "main" };
const merge = (over: { git?: Git; expectedHead?: string } = {}) =>
  mergeBranches({
    git: run,
    cwd,
    signal,
    ...branches,
    expectedHead: head,
    message: "Merge pull request #1: x\n\nBead: gt-2",
    ...over,
  });
const merges = async () => (await git(cwd, "rev-list", "--merges", "main")).split("\n").filter(Boolean);

/** Does something right before git moves the base. */
function before(command: string, act: () => Promise<unknown>): Git {
  return async (order) => {
    if (order.args[0] === command) await act();
    return run(order);
  };
}

async function moveBase(file: string): Promise<string> {
  await git(work, "checkout", "--quiet", "main");
  const moved = await commit(work, { [file]: "moved\n" });
  await git(work, "push", "--quiet", cwd, "main");
  return moved;
}

test("merges with both parents and the bead in the message", async () => {
  const base = await git(cwd, "rev-parse", "main");
  const outcome = await merge();
  const sha = await git(cwd, "rev-parse", "main");
  expect(outcome).toEqual({ outcome: "merged", sha });
  expect(await git(cwd, "show", "-s", "--format=%P", sha)).toBe(`${base} ${head}`);
  expect(await git(cwd, "show", "-s", "--format=%(trailers:key=Bead,valueonly)", sha)).toBe("gt-2");
  expect(await git(cwd, "show", "main:a.txt")).toBe("changed");
});

test("a merge that is done is not done again, by whoever", async () => {
  const first = await merge();
  expect(await merge()).toEqual(first);
  expect(await merges()).toHaveLength(1);
  const reading = await readBranches({ git: run, cwd, signal }, { ...branches, earlierHeads: [] });
  expect(reading.merged).toEqual({ head, sha: await git(cwd, "rev-parse", "main") });
});

test("two at the same time make one merge", async () => {
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => merge()));
  expect(await merges()).toHaveLength(1);
  for (const { outcome } of outcomes) expect(["merged", "base_moved"]).toContain(outcome);
});

test("another head than expected is not merged", async () => {
  await git(work, "checkout", "--quiet", "gt/toast/gt-1");
  await commit(work, { "c.txt": "more\n" });
  await git(work, "push", "--quiet", cwd, "gt/toast/gt-1");
  expect(await merge()).toEqual({ outcome: "head_moved" });
  expect(await merges()).toEqual([]);
});

test("a base that moves between reading and writing is told, and nothing has happened", async () => {
  let moved = "";
  const racing = before("update-ref", async () => (moved = await moveBase("b.txt")));
  expect(await merge({ git: racing })).toEqual({ outcome: "base_moved" });
  expect(await git(cwd, "rev-parse", "main")).toBe(moved);
  const reading = await readBranches({ git: run, cwd, signal }, { ...branches, earlierHeads: [] });
  expect(reading).toMatchObject({ conflict: "no", contained: false, merged: null });
});

test("conflicts are found without a work tree, with the files", async () => {
  await moveBase("a.txt");
  const reading = await readBranches({ git: run, cwd, signal }, { ...branches, earlierHeads: [] });
  expect(reading).toMatchObject({ conflict: "yes", conflictFiles: ["a.txt"] });
  expect(await merge()).toMatchObject({ outcome: "refused" });
});

test("branches without a common commit conflict", async () => {
  await git(work, "checkout", "--quiet", "--orphan", "gt/other/gt-9");
  await commit(work, { "z.txt": "z\n" });
  await git(work, "push", "--quiet", cwd, "gt/other/gt-9");
  const reading = await readBranches(
    { git: run, cwd, signal },
    { head: "gt/other/gt-9", base: "main", earlierHeads: [] },
  );
  expect(reading.conflict).toBe("yes");
});

test("a branch that is gone is seen, and its merge too", async () => {
  const sha = await merge().then(() => git(cwd, "rev-parse", "main"));
  await git(cwd, "update-ref", "-d", "refs/heads/gt/toast/gt-1");
  const reading = await readBranches({ git: run, cwd, signal }, { ...branches, earlierHeads: [head] });
  expect(reading).toMatchObject({ head: null, merged: { head, sha } });
});

test("a lock that a dead machine left does not stop merging for ever", async () => {
  const lock = join(cwd, "refs/heads/main.lock");
  await writeFile(lock, "");
  expect(await merge()).toEqual({ outcome: "base_moved" });
  const long = new Date(Date.now() - 600_000);
  await utimes(lock, long, long);
  expect(await merge()).toEqual({ outcome: "base_moved" });
  expect(await merge()).toMatchObject({ outcome: "merged" });
});
