// A host that may do what one in a container may, and no more. Two agents, users of their own, have worked on the state that the first
// argument names, and are gone; the commit of one of them is on the forge. Ends when what may go of theirs is gone.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createLogger } from "@gastown/telemetry";
import { createClearing } from "../agents/clear-gone.ts";
import { createAgents } from "../agents/agents.ts";
import { createAccess } from "../agents/access.ts";
import { parseHostConfig } from "../config.ts";
import { gitEnvironment } from "../git/git-identity.ts";
import { runGit } from "../git/run-git.ts";
import { statePaths } from "../state-paths.ts";
import { commandAs } from "../users/agent-user.ts";
import { giveFolder } from "../users/give-folder.ts";
import { createUsers } from "../users/users.ts";
import { testRun } from "./agent-run.ts";

const [stateDir = ""] = process.argv.slice(2);
const paths = statePaths(stateDir);
const users = createUsers({ file: paths.users, firstUid: 23_700 });
const path = "/usr/bin:/bin";
const logger = createLogger("host");

async function haveWorked(agent: string, { pushed }: { pushed: boolean }): Promise<void> {
  const user = users.agent(agent, "app");
  const [home, clone, worktrees] = [paths.home(agent), paths.clone(agent, "app"), paths.worktrees(agent)];
  for (const folder of [home, clone, worktrees]) await giveFolder(folder, user);
  // As caches of modules are: who owns the folder has to open it first.
  const command = "mkdir -p cache/module && touch cache/module/file && chmod -R a-w cache";
  const cache = commandAs(user, { command: "/bin/sh", args: ["-c", command], cwd: home });
  execFileSync(cache.command, cache.args, { cwd: cache.cwd, env: { PATH: path } });
  const env = { PATH: path, ...gitEnvironment({ home, name: agent, email: `${agent}@gastown.local` }) };
  const git = { user, cwd: clone, env, signal: AbortSignal.timeout(60_000), timeoutMs: 60_000 };
  await runGit(git, "init", "--quiet", "--bare", "--initial-branch=gastown-none");
  const tree = await runGit(git, "hash-object", "-w", "-t", "tree", "/dev/null");
  const commit = await runGit(git, "commit-tree", tree, "-m", "Work");
  if (pushed) await runGit(git, "update-ref", "refs/remotes/origin/main", commit);
  await runGit(git, "worktree", "add", "--quiet", "-b", `gt/${agent}/gt-1`, paths.worktree(agent, "gt-1"), commit);
  writeFileSync(paths.serverLog(agent, 0), "it said\n");
}

mkdirSync(dirname(paths.store("app").folder), { recursive: true });
await haveWorked("gt-7", { pushed: true });
await haveWorked("gt-8", { pushed: false });
const nobody = () => Promise.reject(new Error("nobody runs here"));
const agents = createAgents({
  access: createAccess(),
  create: testRun,
  live: nobody,
  failed: () => {},
  over: () => {},
});
const model = { url: "http://127.0.0.1:9/v1", name: "m" };
const given = { town: "t", container: "t-1", stateDir, natsUrl: "nats://127.0.0.1:9", inboxPrefix: "_I", model };
const clearing = createClearing({
  config: parseHostConfig(JSON.stringify(given)),
  paths,
  registered: () => Promise.resolve(new Set()),
  users,
  rigs: { quiet: (_, work) => work() },
  agents,
  warm: { isFor: () => false },
  path,
  logger,
});
clearing.begin();
