// Makes this checkout ready to run: `node deploy/setup.mjs [--servers]`. Plain JavaScript for any Node >= 18, because it runs
// before `npm ci` has brought Node 24. Says and does nothing when there is nothing to do.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, openSync, closeSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { findNatsServer, onPath } from "./docker/images/find-nats-server.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const lockFile = join(root, "package-lock.json");
const stampFile = join(modules, ".gastown-setup");
const busyFile = join(root, ".gastown-setup.lock");
const oldestGit = [2, 38]; // `git merge-tree --write-tree`

function say(line) {
  console.log(`setup: ${line}`);
}

class SetupError extends Error {}

async function requirePrograms() {
  if (Number(process.versions.node.split(".")[0]) < 18) {
    throw new SetupError(
      `Node ${process.versions.node} is too old to begin with: install Node 18 or newer (https://nodejs.org).`,
    );
  }
  for (const program of ["npm", "git"]) {
    if ((await onPath(program, process.env.PATH)) === null) {
      const hint =
        program === "git" ? "apt-get install -y git, or https://git-scm.com" : "it comes with Node, https://nodejs.org";
      throw new SetupError(`${program} was not found on the PATH (${hint}).`);
    }
  }
  const version = /(\d+)\.(\d+)/.exec(execFileSync("git", ["--version"], { encoding: "utf8" }));
  const [major, minor] = [Number(version?.[1]), Number(version?.[2])];
  if (major < oldestGit[0] || (major === oldestGit[0] && minor < oldestGit[1])) {
    throw new SetupError(`git ${major}.${minor} is too old: ${oldestGit.join(".")} or newer is needed.`);
  }
}

function wantedStamp() {
  return createHash("sha256").update(readFileSync(lockFile)).digest("hex");
}

/** Whether node_modules is what package-lock.json asks for: our stamp says so, or npm's own record is newer than the lock. */
function isInstalled() {
  if (!existsSync(join(modules, ".bin", "node"))) return false;
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8").trim() === wantedStamp()) return true;
  const record = join(modules, ".package-lock.json");
  if (existsSync(stampFile) || !existsSync(record) || statSync(record).mtimeMs < statSync(lockFile).mtimeMs)
    return false;
  writeFileSync(stampFile, `${wantedStamp()}\n`);
  return true;
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Runs `work` while no other setup of this checkout does; waits for one that is at it. */
async function alone(work) {
  for (let told = false; ; told = true) {
    try {
      const file = openSync(busyFile, "wx");
      writeFileSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const owner = existsSync(busyFile) ? Number(readFileSync(busyFile, "utf8")) : 0;
    if (owner > 0 && !isRunning(owner)) rmSync(busyFile, { force: true });
    else {
      if (!told) say(`waiting for another setup of this checkout (pid ${owner}) ...`);
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
  try {
    await work();
  } finally {
    rmSync(busyFile, { force: true });
  }
}

/** Installs what package-lock.json says and stamps it, once; checks that Node 24 came with it. */
function install() {
  if (isInstalled()) return;
  const began = Date.now();
  say("npm ci (once; about half a minute) ...");
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, error } = spawnSync("npm", args, { cwd: root, stdio: "inherit", env: withoutNpmRun(process.env) });
  if (status !== 0)
    throw new SetupError(
      `npm ci failed${error ? `: ${error.message}` : ""}. Its own words are above; then run this again.`,
    );
  const node = join(modules, ".bin", "node");
  const version = existsSync(node)
    ? spawnSync(node, ["-p", "process.versions.node"], { encoding: "utf8" }).stdout?.trim()
    : "";
  if (Number(version?.split(".")[0]) < 24 || !version) {
    throw new SetupError(
      "npm ci did not bring Node 24 (are install scripts switched off? npm config get ignore-scripts). Allow them and run this again.",
    );
  }
  writeFileSync(stampFile, `${wantedStamp()}\n`);
  say(`npm ci done in ${Math.round((Date.now() - began) / 1000)} s, Node ${version}`);
}

/** The environment without what an outer `npm run` put into it: an inner npm must not take it for its own. */
function withoutNpmRun(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^npm_(?:lifecycle|package)_/.test(name)));
}

try {
  await requirePrograms();
  if (!isInstalled()) await alone(install);
  if (process.argv.includes("--servers")) await findNatsServer({ env: process.env, say });
} catch (error) {
  console.error(`setup: ${error.message}`);
  if (!(error instanceof SetupError) && process.env.DEBUG) console.error(error);
  process.exitCode = 1;
}
