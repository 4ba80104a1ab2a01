import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Rescued } from "../git/rescued.ts";
import type { AgentUser } from "./agent-user.ts";
import { giveFolder } from "./give-folder.ts";
import { runTask } from "./run-task.ts";
import { storeTask, worktreeTask } from "./tasks.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gastown-rescue-"));
  chmodSync(folder, 0o711);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const { signal } = new AbortController();
const branch = "gt/toast/gt-1";

const at = (name: string): string => join(folder, "own", name);

/** A forge, a store and a clone, all the user's, with a worktree that is made by the function it comes with. */
async function makeRig(user: AgentUser | null) {
  const [home, forge, store, path] = [at("home"), at("forge.git"), at("store"), at("worktrees/gt-1")];
  await giveFolder(at(""), user);
  const env = { PATH: process.env["PATH"] ?? "", HOME: home, GIT_CONFIG_GLOBAL: join(home, ".gastown/gitconfig") };
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync("git", args, { cwd, env, encoding: "utf8", stdio: "pipe", ...user }).trim();
  const credentials = { url: "http://127.0.0.1:9", token: "t" };
  const repository = { path: store, url: forge, defaultBranch: "main" };
  const place = { cwd: at(""), env, timeoutMs: 30_000 };
  git(at(""), "init", "--quiet", "--bare", "--initial-branch=main", forge);
  const told = { git: place, identity: { home, name: "a", email: "a@b", credentials, trusted: [] }, unlock: false };
  // With nothing to fetch there is an identity to commit with afterwards.
  await runTask({ user, signal }, storeTask, { ...told, repository });
  git(at(""), "clone", "--quiet", forge, "first");
  git(at("first"), "commit", "--quiet", "--allow-empty", "-m", "First");
  git(at("first"), "push", "--quiet", "origin", "HEAD:main");
  await runTask({ user, signal }, storeTask, { ...told, repository });
  const clone = { ...repository, path: at("clone"), store };
  const make = (rescued: (work: Rescued) => unknown, until = signal, programs = "") =>
    runTask({ user, signal: until, rescued: (work) => void rescued(work) }, worktreeTask, {
      git: { ...place, env: { ...env, PATH: `${programs}:${env.PATH}` } },
      clone,
      worktree: { path, head: null },
      branch: { branch, base: "main", mustExist: false },
    });
  return { path, forge, git, make };
}

// As in a container, whose host may become others.
const may = process.getuid?.() === 0 && existsSync("/usr/bin/setpriv");
const users: [string, AgentUser | null][] = [["right here", null]];
if (may) users.push(["as another user", { uid: 23_458, gid: 23_458, groups: [] }]);

/** The agent works on no branch: what it has is rescued, before it is brought back to its own. */
async function goAdrift({ git, path, make }: Awaited<ReturnType<typeof makeRig>>): Promise<Rescued> {
  await make(() => expect.unreachable());
  git(path, "checkout", "--quiet", "--detach");
  git(path, "commit", "--quiet", "--allow-empty", "-m", "Adrift");
  const head = git(path, "rev-parse", "HEAD");
  return { from: path, branch, pushedTo: `gt/rescue/toast/gt-1/${head.slice(0, 12)}`, head, why: "unfinished" };
}

/** A folder with a git that does something else when it is called with this word. */
function gitThat(word: string, instead: string): string {
  const programs = join(folder, "bin");
  mkdirSync(programs);
  const script = `#!/bin/sh\ncase "$*" in *${word}*) ${instead};; esac\nexec /usr/bin/git "$@"\n`;
  writeFileSync(join(programs, "git"), script, { mode: 0o755 });
  return programs;
}

test.each(users)("what a task %s has rescued is told although the task fails afterwards", async (_, user) => {
  const rig = await makeRig(user);
  const adrift = await goAdrift(rig);
  const told: Rescued[] = [];
  const made = rig.make((work) => told.push(work), signal, gitThat("checkout", "exit 1"));
  await expect(made).rejects.toThrow(/git checkout failed/);
  expect(rig.git(rig.forge, "rev-parse", adrift.pushedTo)).toBe(adrift.head);
  expect(told).toEqual([adrift]);
});

test.each(users)("what a task %s has rescued is told although nobody wants it any more", async (_, user) => {
  const rig = await makeRig(user);
  const adrift = await goAdrift(rig);
  // What git does after the rescue never ends.
  const begun = at("begun");
  const programs = gitThat("rebase", `touch ${begun}; exec sleep 600`);
  const stop = new AbortController();
  const told: Rescued[] = [];
  const made = rig.make((work) => told.push(work), stop.signal, programs).then(() => "made", String);
  await expect.poll(() => existsSync(begun), { timeout: 50_000 }).toBe(true);
  stop.abort(new Error("not any more"));
  expect(await made).toMatch(user === null ? /was stopped/ : /not any more/);
  expect(told).toEqual([adrift]);
});
