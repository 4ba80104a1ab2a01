import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Hono } from "hono";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { createAccess, type Access } from "../agents/access.ts";
import { credentialRoute } from "../git/credential-route.ts";
import { gitEnvironment, writeGitIdentity } from "../git/git-identity.ts";
import { updateRepository } from "../git/repository.ts";
import { runGit, type GitPlace } from "../git/run-git.ts";
import type { BranchWorktree } from "../git/worktree.ts";
import { startLocalServer, type LocalServer } from "../local-server.ts";
import { testRun } from "./agent-run.ts";
import { startGitForge, type GitForge } from "./git-forge.ts";
import { polecatJob } from "./polecat-job.ts";
import { silentLogger as logger } from "./silent-logger.ts";

/** A rig of its own for a test: its repository on a forge, a clone of it, and an agent there, Toast, who is to work on a branch. */
export interface GitRig {
  forge: GitForge;
  access: Access;
  /** The folder of the host. */
  state: string;
  /** How many rigs there were: names of agents end with it. */
  count: number;
  rig: string;
  /** The repository's folder on the forge, and its URL there, for which credentials are needed. */
  origin: string;
  credentialUrl: string;
  /** The clone. */
  repository: string;
  toast: GitPlace;
  /** Toast's worktree, which is not there yet. */
  path: string;
  branch: string;
  base: string;
  want: () => BranchWorktree;
  /** Toast's git, in its worktree. */
  inTree: () => GitPlace;
  commit: (file: string, text: string) => Promise<string>;
  /** The clone knows the forge as it is now. */
  update: () => Promise<void>;
  /** Another agent of the rig, with a git identity of its own. */
  agent: (name: string) => GitPlace;
  /** Somebody's own clone of the repository, who may push. */
  clonedElsewhere: () => Promise<GitPlace>;
}

interface Stage {
  forge: GitForge;
  local: LocalServer;
  state: string;
  access: Access;
  credentials: Record<string, { url: string; username: string; password: string; expiresAt: string }>;
}

async function openStage(): Promise<Stage> {
  const access = createAccess();
  const credentials: Stage["credentials"] = {};
  const credential = (name: string) => {
    const known = credentials[name];
    return known === undefined ? Promise.reject(new Error("no such rig")) : Promise.resolve(known);
  };
  const forge = await startGitForge();
  const local = await startLocalServer(
    new Hono().route("/git", credentialRoute({ access, errands: createAccess(), credential, logger })),
  );
  return { forge, local, access, credentials, state: mkdtempSync(join(tmpdir(), "gastown-git-")) };
}

function openAgent({ access, local, state }: Stage, rig: string, name: string): GitPlace {
  const token = `token-${name}`;
  const job = polecatJob(name, "", { rig: { rig, defaultBranch: "main", check: null } });
  access.grant({ ...testRun(job), token });
  const home = join(state, "agents", name);
  const identity = { home, name, email: `${name}@gastown.local` };
  writeGitIdentity({ ...identity, credentials: { url: `${local.url}/git/credential`, token }, trusted: [] });
  const env = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, ...gitEnvironment(identity) };
  return { user: null, cwd: state, env, signal: new AbortController().signal, timeoutMs: 30_000 };
}

async function openRig(stage: Stage, count: number): Promise<GitRig> {
  const { forge, access, state, credentials } = stage;
  const rig = `rig-${count}`;
  const url = forge.create(rig, { "a.txt": "one\n" });
  const { username, password } = forge;
  credentials[rig] = { url, username, password, expiresAt: "2099-01-01T00:00:00.000Z" };
  const origin = forge.folder(rig);
  const repository = join(state, "repos", rig);
  const agent = (name: string) => openAgent(stage, rig, name);
  const toast = agent(`toast-${count}`);
  const path = join(state, "worktrees", `toast-${count}`, "gt-1");
  const [branch, base] = ["gt/toast/gt-1", "main"];
  const inTree = () => ({ ...toast, cwd: path });
  const update = () => updateRepository(toast, { path: repository, url: origin, defaultBranch: base });
  await update();
  return {
    forge,
    access,
    state,
    count,
    rig,
    origin,
    credentialUrl: url,
    repository,
    toast,
    path,
    branch,
    base,
    inTree,
    update,
    agent,
    want: () => ({ repository, path, branch, base, mustExist: false, inUse: () => false }),
    async commit(file, text) {
      writeFileSync(join(path, file), text);
      await runGit(inTree(), "add", "-A");
      return runGit(inTree(), "commit", "-qm", `Write ${file}`);
    },
    async clonedElsewhere() {
      const other = agent(`other-${count}`);
      const folder = join(state, `elsewhere-${count}`);
      await runGit(other, "clone", "--quiet", origin, folder);
      return { ...other, cwd: folder };
    },
  };
}

/** A new rig for each test of a file; it can be read inside of tests only. */
export function useGitRig(): () => GitRig {
  let stage: Stage;
  let rig: GitRig;
  let count = 0;
  beforeAll(async () => {
    stage = await openStage();
  });
  beforeEach(async () => {
    count += 1;
    rig = await openRig(stage, count);
  });
  afterAll(async () => {
    await stage.forge.close();
    await stage.local.close();
    rmSync(stage.state, { recursive: true, force: true });
  });
  return () => rig;
}
