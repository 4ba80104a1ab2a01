import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile, mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAppAuth } from "../app/app-auth.ts";
import { sampleDirectory } from "../app/test/sample-directory.ts";
import type { Caller, GitRepo, Permissions, RefUpdate } from "../ports.ts";
import { createDiskGit, type DiskGitServer } from "./disk-git.ts";
import { gitRefusal } from "./git-refusal.ts";

// Real git on both sides: what a person's git says is what is looked at.
const now = { at: Date.UTC(2026, 0, 1) };
const author = { name: "Ann", email: "ann@example.org" };
let folder: string;
let disk: DiskGitServer;
let repo: GitRepo;
let url: string;
let pushed: RefUpdate[] = [];
let refuse: (update: RefUpdate) => string | null = () => null;
const auth = createAppAuth({ now: () => now.at, directory: sampleDirectory, emit: () => undefined });
const installation = auth.install({ account: "acme" }).id;

/** The sample's `acme/app`, as the double's server asks for it. */
function rightsOf(caller: Caller): { mayRead: boolean; mayWrite: boolean; mayChangeWorkflows: boolean } {
  if (caller.kind !== "installation") return { mayRead: true, mayWrite: false, mayChangeWorkflows: false };
  const reached = caller.repositoryIds?.includes(11) ?? true;
  const may = (name: string) => reached && caller.permissions[name] === "write";
  return { mayRead: reached, mayWrite: may("contents"), mayChangeWorkflows: may("workflows") };
}

const server = createServer((request, response) => {
  const caller = auth.identify(request.headers.authorization);
  const { mayRead, mayWrite, mayChangeWorkflows } = rightsOf(caller);
  const subpath = (request.url ?? "").replace("/acme/app.git", "");
  const push = subpath.includes("receive-pack");
  const refused = gitRefusal({ caller, fullName: "acme/app", mayRead, mayWrite, push });
  if (refused !== null) {
    response.writeHead(refused.status, { "www-authenticate": 'Basic realm="GitHub"', "content-type": "text/plain" });
    response.end(refused.message);
    return;
  }
  const serving = {
    repo,
    request,
    response,
    subpath,
    mayPush: mayWrite,
    mayChangeWorkflows,
    refuse: (update: RefUpdate) => refuse(update),
    pushed: (updates: readonly RefUpdate[]) => Promise.resolve(void pushed.push(...updates)),
  };
  disk.serve(serving).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gastown-disk-git-test-"));
  disk = await createDiskGit({ now: () => now.at, directory: folder });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  url = `127.0.0.1:${(server.address() as AddressInfo).port}/acme/app.git`;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await disk.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  pushed = [];
  refuse = () => null;
  repo = await disk.create({
    fullName: "acme/app",
    defaultBranch: "main",
    files: { "a.txt": "one\n", "b.txt": "b\n" },
  });
});

function token(permissions: Permissions = { contents: "write" }, repositoryIds = [11]): string {
  const minted = auth.mint(installation, { permissions, repositoryIds });
  if (!minted.ok) throw new Error(minted.message);
  return minted.token;
}

/** What git printed on both channels, and whether it succeeded. */
function git(cwd: string, ...args: string[]): Promise<{ ok: boolean; said: string }> {
  const env = { PATH: process.env["PATH"], HOME: folder, GIT_TERMINAL_PROMPT: "0", GIT_CONFIG_NOSYSTEM: "1" };
  const identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"];
  return new Promise((resolve) => {
    execFile("git", [...identity, ...args], { cwd, env }, (error, stdout, stderr) => {
      resolve({ ok: error === null, said: `${stdout}${stderr}`.trim() });
    });
  });
}
async function clone(using = token(), ...options: string[]): Promise<string> {
  const work = await mkdtemp(join(folder, "work-"));
  const { ok, said } = await git(work, "clone", "--quiet", ...options, `http://x-access-token:${using}@${url}`, ".");
  if (!ok) throw new Error(said);
  return work;
}
async function change(work: string, files: Record<string, string>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(work, name)), { recursive: true });
    await writeFile(join(work, name), text);
  }
  await git(work, "add", "--all");
  await git(work, "commit", "--quiet", "--allow-empty", "-m", `change ${Object.keys(files).join(" ")}`);
  return (await git(work, "rev-parse", "HEAD")).said;
}

test("a clone has the files; a push by a minted token moves branches and is told once, with what moved", async () => {
  const work = await clone();
  expect(await readFile(join(work, "a.txt"), "utf8")).toBe("one\n");
  const before = repo.tip("main");
  const after = await change(work, { "c.txt": "c\n" });
  expect(await git(work, "push", "origin", "main", "main:gt/one", "main:refs/tags/v1")).toMatchObject({ ok: true });
  expect(pushed).toEqual([
    { ref: "refs/heads/main", before, after, forced: false },
    { ref: "refs/heads/gt/one", before: null, after, forced: false },
    { ref: "refs/tags/v1", before: null, after, forced: false },
  ]);
  expect([repo.tip("main"), repo.tip("gt/one")]).toEqual([after, after]);
  expect(await repo.fileAt(after, "c.txt")).toBe("c\n");
  expect(await repo.commitOf(after)).toMatchObject({ oid: after, message: "change c.txt", author, parents: [before] });
});

test("a push that rewrites is forced; one that deletes leaves nothing; a stale one changes nothing", async () => {
  const work = await clone();
  const one = await change(work, { "c.txt": "c\n" });
  await git(work, "push", "origin", "main:gt/one");
  await git(work, "commit", "--quiet", "--amend", "-m", "other words");
  expect((await git(work, "push", "origin", "main:gt/one")).said).toContain("[rejected]");
  expect(repo.tip("gt/one")).toBe(one);
  expect((await git(work, "push", "--force", "origin", "main:gt/one")).ok).toBe(true);
  expect(pushed.at(-1)).toMatchObject({ before: one, forced: true });
  expect((await git(work, "push", "origin", ":gt/one")).ok).toBe(true);
  expect(pushed.at(-1)).toMatchObject({ after: null, forced: false });
  expect(repo.tip("gt/one")).toBeNull();
  expect(pushed).toHaveLength(3);
});

test("large pushes in chunks, pushes of many objects and shallow clones come through", async () => {
  const work = await clone();
  const many = Array.from({ length: 120 }, (_, i) => [`many/${i}.txt`, String(i)]);
  const noise = Array.from({ length: 20_000 }, (_, i) => (i * 7_919) % 65_537).join(",");
  const tip = await change(work, { ...Object.fromEntries(many), "large.txt": noise });
  // What does not fit into this buffer git sends in chunks, after a first request that asks whether it may.
  expect(await git(work, "-c", "http.postBuffer=1000", "push", "origin", "main")).toMatchObject({ ok: true });
  expect(repo.tip("main")).toBe(tip);
  const shallow = await clone(token(), "--depth", "1", "--single-branch");
  const above = await change(shallow, { "d.txt": "d\n" });
  expect(await git(shallow, "push", "origin", "main:gt/shallow")).toMatchObject({ ok: true });
  expect(await repo.contains(above, tip)).toBe(true);
  expect((await repo.compare(tip, above)).ahead).toEqual([above]);
});

test.each([
  ["no token", () => `http://${url}`, "could not read Username"],
  ["a token nobody gave", () => `http://x-access-token:ghs_1_a.b.c@${url}`, "Authentication failed"],
  [
    "a token of another repository",
    () => `http://x-access-token:${token({ contents: "write" }, [12])}@${url}`,
    "Repository not found.",
  ],
  [
    "a token that may read",
    () => `http://x-access-token:${token({ contents: "read" })}@${url}`,
    "Write access to repository not granted.",
  ],
])("a push with %s is refused in GitHub's words", async (_, target, words) => {
  const work = await clone();
  await change(work, { "c.txt": "c\n" });
  const { ok, said } = await git(work, "push", target(), "main");
  expect(ok).toBe(false);
  expect(said).toContain(words);
  expect(pushed).toEqual([]);
});

test("workflow files need the workflows permission, also in a commit further down; merging those that are there does not", async () => {
  await repo.commit({ branch: "main", files: { ".github/workflows/old.yml": "on: push\n" } });
  const work = await clone();
  await change(work, { ".github/workflows/ci.yml": "on: push\n" });
  await change(work, { "c.txt": "c\n" });
  const refused = await git(work, "push", "origin", "main:gt/flow");
  expect(refused.said).toContain(
    "! [remote rejected] main -> gt/flow (refusing to allow a GitHub App to create or update workflow `.github/workflows/ci.yml` without `workflows` permission)",
  );
  expect([repo.tip("gt/flow"), pushed]).toEqual([null, []]);
  const mighty = `http://x-access-token:${token({ contents: "write", workflows: "write" })}@${url}`;
  expect(await git(work, "push", mighty, "main:gt/flow")).toMatchObject({ ok: true });
  const plain = await clone();
  await git(plain, "checkout", "--quiet", "-b", "mine", "HEAD~1");
  await change(plain, { "mine.txt": "mine\n" });
  await git(plain, "merge", "--quiet", "--no-edit", "origin/main");
  expect(await git(plain, "push", "origin", "mine")).toMatchObject({ ok: true });
});

test("what may not move is named, and the rest of the push moves", async () => {
  refuse = ({ ref }) => (ref === "refs/heads/main" ? "protected branch hook declined" : null);
  const work = await clone();
  const [before, tip] = [repo.tip("main"), await change(work, { "c.txt": "c\n" })];
  const { ok, said } = await git(work, "push", "origin", "main", "main:gt/one", "main:refs/pull/1/head");
  expect(ok).toBe(false);
  expect(said).toContain("remote: error: GH006: Protected branch update failed for refs/heads/main.");
  expect(said).toContain("! [remote rejected] main -> main (protected branch hook declined)");
  expect(said).toContain("main -> refs/pull/1/head (deny updating a hidden ref)");
  expect([repo.tip("main"), repo.tip("gt/one")]).toEqual([before, tip]);
  expect(pushed.map(({ ref }) => ref)).toEqual(["refs/heads/gt/one"]);
  refuse = () => null;
  expect((await git(work, "push", "origin", ":main")).said).toContain("refusing to delete the current branch");
});

test("a pull request's head can be fetched, and a body that is no push is no push", async () => {
  const head = await repo.commit({ branch: "gt/one", files: { "c.txt": "c\n" } });
  await repo.publishPull(7, head);
  await repo.setBranch("gt/one", null);
  const work = await clone();
  expect(await git(work, "fetch", "--quiet", "origin", "refs/pull/7/head")).toMatchObject({ ok: true });
  expect((await git(work, "rev-parse", "FETCH_HEAD")).said).toBe(head);
  const authorization = `Bearer ${token()}`;
  const garbled = fetch(`http://${url}/git-receive-pack`, {
    method: "POST",
    body: "garbage",
    headers: { authorization },
  });
  await expect(garbled).rejects.toThrow("fetch failed");
  const dumb = await fetch(`http://${url}/info/refs`, { headers: { authorization } });
  expect([dumb.status, await dumb.text()]).toEqual([404, "Please upgrade your git client.\n"]);
  expect(repo.branches().map(({ name }) => name)).toEqual(["main"]);
});

test("commits by test code: from a branch, from a commit, deletions, nothing at all", async () => {
  const first = repo.tip("main") ?? "";
  const one = await repo.commit({ branch: "gt/one", files: { "dir/ümlaut name.txt": "ü\n", "a.txt": null }, author });
  const two = await repo.commit({ branch: "gt/two", from: "gt/one", files: {}, message: "Second\n\nwith a body" });
  const three = await repo.commit({ branch: "gt/three", from: first, files: { "a.txt": "three\n" } });
  expect(repo.branches().map(({ name }) => name)).toEqual(["main", "gt/one", "gt/two", "gt/three"]);
  expect(await repo.commitOf(one)).toMatchObject({ author, committedAt: now.at, parents: [first], message: "Change" });
  expect(await repo.commitOf(two)).toMatchObject({ parents: [one], message: "Second\n\nwith a body" });
  expect(await repo.commitOf(three)).toMatchObject({ parents: [first] });
  expect([await repo.fileAt(one, "a.txt"), await repo.fileAt(two, "dir/ümlaut name.txt")]).toEqual([null, "ü\n"]);
  expect(await repo.commitOf("1".repeat(40))).toBeNull();
  expect(await repo.compare(first, one)).toEqual({
    ahead: [one],
    behind: 0,
    mergeBase: first,
    files: [
      { path: "a.txt", status: "removed", additions: 0, deletions: 1 },
      { path: "dir/ümlaut name.txt", status: "added", additions: 1, deletions: 0 },
    ],
  });
  expect(await repo.compare(three, two)).toMatchObject({ ahead: [one, two], behind: 1, mergeBase: first });
  expect([await repo.contains(two, one), await repo.contains(one, two)]).toEqual([true, false]);
  await expect(repo.commit({ branch: "gt/four", from: "nowhere", files: {} })).rejects.toThrow(
    "no commit or branch nowhere",
  );
  await expect(repo.setBranch("main", "1".repeat(40))).rejects.toThrow("update-ref");
});

const text = (...lines: string[]) => `${lines.join("\n")}\n`;

test("conflicts are found without a work tree, and lines apart are none", async () => {
  await repo.commit({ branch: "main", files: { "long.txt": text("1", "2", "3", "4", "5", "6", "7") } });
  const head = await repo.commit({
    branch: "gt/one",
    files: { "long.txt": text("one", "2", "3", "4", "5", "6", "7"), "a.txt": "head\n" },
  });
  const apart = await repo.commit({
    branch: "main",
    files: { "long.txt": text("1", "2", "3", "4", "5", "6", "seven") },
  });
  expect(await repo.conflicts(apart, head)).toEqual([]);
  const clash = await repo.commit({ branch: "main", files: { "a.txt": "base\n" } });
  expect(await repo.conflicts(clash, head)).toEqual(["a.txt"]);
  await expect(repo.merge({ into: "main", commit: head, method: "merge", message: "m", author })).rejects.toThrow(
    "a.txt",
  );
  await expect(repo.merge({ into: "main", commit: head, method: "rebase", message: "m", author })).rejects.toThrow(
    "a.txt",
  );
  expect(repo.tip("main")).toBe(clash);
});

test.each([
  ["merge", 2, 3],
  ["squash", 1, 1],
  ["rebase", 1, 2],
] as const)("%s: %i parent(s), %i commit(s) more on the base, all files there", async (method, parents, ahead) => {
  const first = await repo.commit({ branch: "gt/one", files: { "c.txt": "c\n" }, author, message: "one" });
  const head = await repo.commit({ branch: "gt/one", files: { "d.txt": "d\n" }, author, message: "two" });
  const base = await repo.commit({ branch: "main", files: { "a.txt": "two\n" } });
  now.at += 60_000;
  const merger = { name: "Olga", email: "olga@example.org" };
  const tip = await repo.merge({ into: "main", commit: head, method, message: "Title (#1)\n\nBody", author: merger });
  expect(repo.tip("main")).toBe(tip);
  const compared = await repo.compare(base, tip);
  expect([compared.ahead.length, compared.files.map(({ path }) => path)]).toEqual([ahead, ["c.txt", "d.txt"]]);
  const last = await repo.commitOf(tip);
  expect(last?.parents).toHaveLength(parents);
  expect(last?.committedAt).toBe(now.at);
  expect(last).toMatchObject(
    method === "rebase" ? { message: "two", author } : { message: "Title (#1)\n\nBody", author: merger },
  );
  expect(await repo.contains(tip, first)).toBe(method === "merge");
  expect(await repo.fileAt(tip, "a.txt")).toBe("two\n");
});

test("many writes at once come one after the other", async () => {
  const files = Array.from({ length: 8 }, (_, i) => `file-${i}.txt`);
  await Promise.all(files.map((file) => repo.commit({ branch: "gt/many", files: { [file]: "x\n" } })));
  const { ahead, files: changed } = await repo.compare(repo.tip("main") ?? "", repo.tip("gt/many") ?? "");
  expect([ahead.length, changed.map(({ path }) => path)]).toEqual([8, files]);
});
