import { mkdir, readdir, utimes } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { commit, git, sampleRepo, tempFolder } from "../../test/sample-repo.ts";
import { createGit } from "./git.ts";
import { importRepo } from "./import-repo.ts";

const options = { git: createGit({ path: process.env["PATH"] ?? "" }), env: {}, signal: new AbortController().signal };
let town: string;
let folder: string;

beforeEach(async () => {
  town = join(await tempFolder(), "home");
  folder = join(town, "app.git");
});

test.each([
  ["a path", (source: string) => source],
  ["a file URL", (source: string) => `file://${source}`],
])("imports %s, and again changes nothing", async (_name, toSource) => {
  const source = await sampleRepo();
  const head = await git(source, "rev-parse", "HEAD");
  const wish = { source: toSource(source), defaultBranch: null };
  expect(await importRepo(folder, wish, options)).toEqual({ defaultBranch: "main", head });
  await commit(source, { "later.txt": "x" });
  expect(await importRepo(folder, wish, options)).toEqual({ defaultBranch: "main", head });
  expect(await git(folder, "remote")).toBe("");
  expect(await readdir(town)).toEqual(["app.git"]);
});

test("two at the same time make one repository", async () => {
  const wish = { source: await sampleRepo(), defaultBranch: null };
  const found = await Promise.all([importRepo(folder, wish, options), importRepo(folder, wish, options)]);
  expect(found[0]).toEqual(found[1]);
  expect(await readdir(town)).toEqual(["app.git"]);
});

test("another branch can be the default, now and later", async () => {
  const source = await sampleRepo();
  await git(source, "branch", "next");
  expect(await importRepo(folder, { source, defaultBranch: "next" }, options)).toMatchObject({ defaultBranch: "next" });
  expect(await importRepo(folder, { source, defaultBranch: "main" }, options)).toMatchObject({ defaultBranch: "main" });
  expect(await git(folder, "symbolic-ref", "HEAD")).toBe("refs/heads/main");
});

test("a branch that is not there is told with those that are", async () => {
  const wish = { source: await sampleRepo(), defaultBranch: "develop" };
  await expect(importRepo(folder, wish, options)).rejects.toThrow(/no branch "develop".*main/);
  expect(await readdir(town)).toEqual([]);
});

test("an empty repository is told as such", async () => {
  const source = await tempFolder();
  await git(source, "init", "--quiet", "-b", "main");
  await expect(importRepo(folder, { source, defaultBranch: null }, options)).rejects.toThrow(/is empty.*[Cc]ommit/);
});

test("a detached HEAD asks for a default branch", async () => {
  const source = await sampleRepo();
  await git(source, "checkout", "--quiet", "--detach");
  await commit(source, { "a.txt": "elsewhere\n" });
  await expect(importRepo(folder, { source, defaultBranch: null }, options)).rejects.toThrow(/not on a branch.*main/);
});

test.each(["--upload-pack=touch x", "-c", "relative/path", "", "ext::sh -c true", "/nowhere/at/all"])(
  "%j is refused",
  async (source) => {
    await expect(importRepo(folder, { source, defaultBranch: null }, options)).rejects.toMatchObject({
      name: "ScmError",
      kind: "invalid",
    });
  },
);

test("a password in the source is not repeated", async () => {
  const source = "http://ann:hunter2@127.0.0.1:1/x.git";
  await expect(importRepo(folder, { source, defaultBranch: null }, options)).rejects.toThrow(/^(?!.*hunter2)/s);
});

test("what a killed import left is removed after a while", async () => {
  const left = join(town, ".import-left");
  await mkdir(left, { recursive: true });
  await importRepo(folder, { source: await sampleRepo(), defaultBranch: null }, options);
  expect(await readdir(town)).toContain(".import-left");
  await utimes(left, 0, 0);
  await importRepo(join(town, "other.git"), { source: folder, defaultBranch: null }, options);
  expect(await readdir(town)).not.toContain(".import-left");
});

test("hooks of the source and its templates do not run here", async () => {
  const source = await sampleRepo();
  await mkdir(join(source, ".git/hooks"), { recursive: true });
  await importRepo(folder, { source, defaultBranch: null }, options);
  expect((await readdir(folder)).includes("hooks")).toBe(false);
});
