import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { AgentUser } from "../users/agent-user.ts";
import { giveFolder } from "../users/give-folder.ts";
import { runTask } from "../users/run-task.ts";
import { checkoutTask } from "../users/tasks.ts";

let folder: string;
let store: string;
let path: string;
const { signal } = new AbortController();

function git(cwd: string, ...args: string[]): string {
  const own = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
  return execFileSync("git", [...own, ...args], { cwd, encoding: "utf8", stdio: "pipe" }).trim();
}

/** The store has another commit. */
function commit(text: string): string {
  writeFileSync(join(folder, "work/a.txt"), text);
  git(join(folder, "work"), "add", "--all");
  git(join(folder, "work"), "commit", "--quiet", "--message", `Say ${text}`);
  git(join(folder, "work"), "push", "--quiet", store, "HEAD:refs/remotes/origin/main");
  return git(join(folder, "work"), "rev-parse", "HEAD");
}

const home = (): string => join(folder, "home");
const update = (user: AgentUser | null, branch = "main") =>
  runTask({ user, signal }, checkoutTask, {
    git: { cwd: home(), env: { PATH: process.env["PATH"] ?? "", HOME: home() }, timeoutMs: 60_000 },
    checkout: { path, store, branch },
  });
const shown = (): string => readFileSync(join(path, "a.txt"), "utf8");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gastown-checkout-"));
  chmodSync(folder, 0o711);
  [store, path] = [join(folder, "store/repository.git"), join(folder, "home/rigs/app")];
  mkdirSync(store, { recursive: true });
  git(store, "init", "--quiet", "--bare");
  git(folder, "init", "--quiet", "--initial-branch=main", "work");
  commit("one");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("it shows what the store has, whatever was done to it", async () => {
  await giveFolder(home(), null);
  await update(null);
  for (const text of ["two", "three"]) {
    writeFileSync(join(path, "a.txt"), "mine");
    writeFileSync(join(path, "new.txt"), "mine");
    // What a git that was killed leaves; it was broken altogether the second time.
    writeFileSync(join(path, ".git/index.lock"), "");
    if (text === "three") writeFileSync(join(path, ".git/config"), "no configuration");
    const head = commit(text);
    expect(await update(null)).toMatchObject({ head, subject: `Say ${text}` });
    expect([shown(), existsSync(join(path, "new.txt"))]).toEqual([text, false]);
  }
  await expect(update(null, "trunk")).rejects.toThrow("The repository has no branch trunk.");
  expect(shown()).toBe("three");
});

// As in a container, whose host may become others.
const may = process.getuid?.() === 0 && existsSync("/usr/bin/setpriv");
test.runIf(may)("the store is another user's, and nobody but the task reads it", async () => {
  const [fetcher, reader] = [23_456, 23_457];
  await giveFolder(join(folder, "store"), { uid: fetcher, gid: fetcher, groups: [] }, 0o750);
  chmodSync(join(folder, "store"), 0o750);
  await giveFolder(home(), { uid: reader, gid: reader, groups: [] });
  await expect(update({ uid: reader, gid: reader, groups: [] })).rejects.toThrow("has no branch main");
  await update({ uid: reader, gid: reader, groups: [fetcher] });
  expect([shown(), statSync(join(path, "a.txt")).uid]).toEqual(["one", reader]);
  expect(existsSync(join(path, ".git/objects/info/alternates"))).toBe(false);
});
