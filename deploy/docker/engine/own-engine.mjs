// Starts and stops Debian's dockerd by hand.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { answers, ownEngine } from "./engine-host.mjs";
import { probeEngine } from "./probe-engine.mjs";

/** No engine can run here; the message says why. */
export class EngineUnavailable extends Error {}

const startMs = 45_000;
const installMs = 300_000;
const stopMs = 60_000;
const pollMs = 100;
/**
 * From what a machine usually can do to what a poor one can: without iptables networks have no way out, without overlay each
 * layer is a copy. cgroup version and iptables flavour are found out by dockerd itself (runtime.md §7: no flags are needed).
 */
const attempts = [
  [],
  ["--iptables=false", "--ip6tables=false"],
  ["--iptables=false", "--ip6tables=false", "--bridge=none", "--storage-driver=vfs"],
];

/** An engine of our own runs: answers its DOCKER_HOST. Throws `EngineUnavailable` with the reason where that cannot be. */
export async function startEngine({ install, say }) {
  if (process.platform !== "linux") throw new EngineUnavailable(`dockerd needs Linux, this is ${process.platform}`);
  if (process.getuid() !== 0) throw new EngineUnavailable("starting dockerd needs root, and no engine answers");
  requireDockerd(install, say);
  const own = ownEngine();
  mkdirSync(own.run, { recursive: true, mode: 0o755 });
  mkdirSync(own.data, { recursive: true, mode: 0o710 });
  let reason = "";
  for (const extra of attempts) {
    const began = Date.now();
    reason = await tryOnce(own, extra);
    if (reason === "") {
      say(
        `dockerd runs after ${Date.now() - began} ms${extra.length > 0 ? ` with ${extra.join(" ")}` : ""}, pid ${pidOf(own)}`,
      );
      return `unix://${own.socket}`;
    }
    say(`dockerd ${extra.join(" ")} does not run: ${reason}`);
  }
  throw new EngineUnavailable(`dockerd does not run here: ${reason} (${own.log})`);
}

/** Debian 13 has the command in a package of its own. */
const packages = { dockerd: "docker.io", docker: "docker-cli" };

function requireDockerd(install, say) {
  for (const [program, name] of Object.entries(packages)) {
    if (found(program)) continue;
    const advice = `apt-get install ${name}`;
    if (!install) throw new EngineUnavailable(`${program} is not installed: ${advice}, or --install`);
    if (!found("apt-get")) throw new EngineUnavailable(`${program} is not installed, and there is no apt-get to do it`);
    say(`${advice} ...`);
    apt("update");
    apt("install", "-y", "--no-install-recommends", name);
    if (!found(program)) throw new EngineUnavailable(`${name} is installed and brought no ${program}`);
  }
}

function apt(...args) {
  const options = { env, encoding: "utf8", timeout: installMs };
  const { status, stderr, error } = spawnSync("apt-get", ["-qq", ...args], options);
  if (status !== 0)
    throw new EngineUnavailable(`apt-get ${args[0]} failed: ${error?.message ?? lastLine(stderr ?? "")}`);
}

/** Where Debian keeps dockerd and what it calls; not on everybody's PATH. */
const env = {
  ...process.env,
  PATH: `${process.env.PATH}:/usr/local/sbin:/usr/sbin:/sbin`,
  DEBIAN_FRONTEND: "noninteractive",
};

function found(program) {
  return spawnSync("sh", ["-c", `command -v ${program}`], { env }).status === 0;
}

/** Starts dockerd once; answers why it does not run, or nothing when it does. */
async function tryOnce(own, extra) {
  const log = openSync(own.log, "a", 0o600);
  const args = [
    `--host=unix://${own.socket}`,
    `--data-root=${own.data}`,
    `--exec-root=${own.run}/exec`,
    `--pidfile=${own.pidFile}`,
    "--ip=127.0.0.1", // a port that is published without an address is not open to the network
    ...extra,
  ];
  const size = existsSync(own.log) ? readFileSync(own.log, "utf8").length : 0;
  const child = spawn("dockerd", args, { env, detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  const end = { how: null };
  child.once("error", (error) => (end.how = error.message));
  child.once("exit", (code, signal) => (end.how = `ended with ${signal ?? code}`));
  for (const until = Date.now() + startMs; end.how === null && Date.now() < until; await delay(pollMs)) {
    if (!(await answers(`unix://${own.socket}`))) continue;
    const unable = probeEngine(`unix://${own.socket}`, env);
    if (unable === "") {
      child.unref();
      return "";
    }
    await stopEngine({ say: () => {} });
    return unable;
  }
  if (end.how === null) child.kill("SIGKILL");
  const ended = end.how ?? `did not answer within ${startMs} ms`;
  return `${ended}: ${lastLine(readFileSync(own.log, "utf8").slice(size))}`;
}

function lastLine(text) {
  return text.trim().split("\n").at(-1) ?? "";
}

/** The pid of our dockerd, or null when it does not run: a number that was given to another program is not it. */
function pidOf(own) {
  if (!existsSync(own.pidFile)) return null;
  const pid = Number(readFileSync(own.pidFile, "utf8"));
  const commandLine = `/proc/${pid}/cmdline`;
  if (!existsSync(commandLine)) return null;
  return readFileSync(commandLine, "utf8").includes(`--pidfile=${own.pidFile}`) ? pid : null;
}

/** Our engine has ended, its containers with it; images stay for the next time. */
export async function stopEngine({ say }) {
  const own = ownEngine();
  const pid = pidOf(own);
  if (pid === null) return say("none of ours runs");
  process.kill(pid, "SIGTERM");
  const until = Date.now() + stopMs;
  while (pidOf(own) !== null) {
    if (Date.now() > until) throw new Error(`dockerd ${pid} did not end within ${stopMs} ms of SIGTERM`);
    await delay(pollMs);
  }
  rmSync(own.socket, { force: true });
  say(`dockerd ${pid} has ended`);
}
