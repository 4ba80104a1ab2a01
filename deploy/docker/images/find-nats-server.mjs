// Plain JavaScript without dependencies: deploy/setup.mjs runs it on whatever Node the machine has, before `npm ci`.
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, chmod, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The release that is downloaded where no nats-server is found; sums of the official archives' SHA256SUMS. */
const pinned = {
  version: "2.12.2",
  sums: {
    "linux-amd64": "db587fd8b36ac732a8434e748b026ef77ed9cb714a4e57bd010b1de93c2f3801",
    "linux-arm64": "84d33b50a39bab605b0d5e0223fc15979ef97419b2184a5a5b7eb6a6d7561fc6",
    "darwin-amd64": "5b52fb4968d72b3368c2d626107a86293daab30b7dd16179db7522f54ca0beb0",
    "darwin-arm64": "d1e6d2cb36bf20e0ba8c2f50eeb4e6ea57f38353823fc77127dd676219591eea",
  },
};
const downloadTimeoutMs = 120_000;
const connectTimeoutMs = 5_000;

export const manualSteps = [
  "Debian, Ubuntu:  sudo apt-get install -y nats-server",
  "macOS:           brew install nats-server",
  "any other:       https://nats.io/download/ and NATS_SERVER_BIN=/path/to/nats-server",
];

/** The version a nats-server binary says it has, or null when it cannot be run. */
export async function natsServerVersion(binary) {
  try {
    const { stdout } = await run(binary, ["-v"], { timeout: 10_000 });
    return /v(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null; // not there, not executable or for another machine: the next place is looked at
  }
}

/** The first executable file of that name on the path. */
export async function onPath(name, path) {
  for (const folder of (path ?? "").split(delimiter).filter(Boolean)) {
    try {
      await access(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      continue;
    }
  }
  return null;
}

/**
 * Finds a nats-server, in this order: `NATS_URL` (a server that runs: nothing is started), `NATS_SERVER_BIN`, the path and
 * /usr/sbin (where Debian puts it), a pinned release in the cache (downloaded and checked against its sum), the official
 * Docker image's binary, the Debian package when root. Throws an error whose message says what to do by hand.
 * `say` is told of each step that takes time or is skipped.
 */
export async function findNatsServer({ env, say }) {
  if (env.NATS_URL) return { source: "NATS_URL", url: env.NATS_URL };
  if (env.NATS_SERVER_BIN) {
    const version = await natsServerVersion(env.NATS_SERVER_BIN);
    if (version === null) throw new Error(`NATS_SERVER_BIN=${env.NATS_SERVER_BIN} is not a nats-server that runs here`);
    return { source: "NATS_SERVER_BIN", binary: env.NATS_SERVER_BIN, version };
  }
  for (const place of [findOnPath, findInCache, download, copyFromDocker, installDebianPackage]) {
    const found = await place({ env, say });
    if (found !== null) return found;
  }
  throw new Error(
    ["nats-server was not found. Install it, then run this again:", ...manualSteps.map((line) => `  ${line}`)].join(
      "\n",
    ),
  );
}

async function findOnPath({ env }) {
  const found = await onPath("nats-server", [env.PATH, "/usr/sbin", "/usr/local/sbin"].filter(Boolean).join(delimiter));
  const version = found === null ? null : await natsServerVersion(found);
  return version === null
    ? null
    : { source: found.startsWith("/usr/sbin/") ? "/usr/sbin" : "PATH", binary: found, version };
}

function cacheFolder(env) {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), ".cache"), "gastown", `nats-server-${pinned.version}`);
}

async function findInCache({ env }) {
  const binary = join(cacheFolder(env), "nats-server");
  const version = await natsServerVersion(binary);
  return version === null ? null : { source: "cache", binary, version };
}

/** Puts a binary into the cache in one step, so that a run that is cut off leaves nothing half written. */
async function intoCache(env, source, fill) {
  const folder = cacheFolder(env);
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, "new-"));
  try {
    const fresh = await fill(work);
    await chmod(fresh, 0o755);
    const version = await natsServerVersion(fresh);
    if (version === null) throw new Error("the binary does not run on this machine");
    const binary = join(folder, "nats-server");
    await rename(fresh, binary);
    return { source, binary, version };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function download({ env, say }) {
  const arch = { x64: "amd64", arm64: "arm64" }[process.arch] ?? process.arch;
  const sum = pinned.sums[`${process.platform}-${arch}`];
  if (sum === undefined) return null;
  const name = `nats-server-v${pinned.version}-${process.platform}-${arch}`;
  const url = `https://github.com/nats-io/nats-server/releases/download/v${pinned.version}/${name}.tar.gz`;
  try {
    await reachable("https://github.com");
    say(`downloading nats-server ${pinned.version} ...`);
    return await intoCache(env, "download", async (work) => {
      const response = await fetch(url, { signal: AbortSignal.timeout(downloadTimeoutMs) });
      if (!response.ok) throw new Error(`${url} answered ${response.status}`);
      const archive = Buffer.from(await response.arrayBuffer());
      const got = createHash("sha256").update(archive).digest("hex");
      if (got !== sum) throw new Error(`${url} has the sum ${got} instead of ${sum}: it is not used`);
      await writeFile(join(work, "nats.tar.gz"), archive);
      await run("tar", ["-xzf", join(work, "nats.tar.gz"), "-C", work]);
      return join(work, name, "nats-server");
    });
  } catch (error) {
    say(`no download of nats-server: ${reason(error)}`);
    return null;
  }
}

async function reachable(url) {
  const response = await fetch(url, {
    method: "HEAD",
    redirect: "manual",
    signal: AbortSignal.timeout(connectTimeoutMs),
  });
  await response.body?.cancel();
}

async function docker(...args) {
  return (await run("docker", args, { timeout: downloadTimeoutMs })).stdout.trim();
}

/** The official image is one static Linux binary: it is copied out, so that it is run like any other. */
async function copyFromDocker({ env, say }) {
  if (process.platform !== "linux" || (await onPath("docker", env.PATH)) === null) return null;
  try {
    await run("docker", ["info"], { timeout: connectTimeoutMs });
    say(`copying nats-server out of the Docker image nats:${pinned.version} ...`);
    const container = await docker("create", `nats:${pinned.version}-scratch`);
    try {
      return await intoCache(env, "docker", async (work) => {
        await docker("cp", `${container}:/nats-server`, join(work, "nats-server"));
        return join(work, "nats-server");
      });
    } finally {
      await docker("rm", container);
    }
  } catch (error) {
    say(`no nats-server from Docker: ${reason(error)}`);
    return null;
  }
}

async function installDebianPackage({ env, say }) {
  if (process.getuid?.() !== 0 || (await onPath("apt-get", env.PATH)) === null) return null;
  const quiet = { env: { ...env, DEBIAN_FRONTEND: "noninteractive" }, timeout: 300_000 };
  try {
    say("installing the Debian package nats-server ...");
    await run("apt-get", ["update", "-qq"], quiet);
    await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "nats-server"], quiet);
  } catch (error) {
    say(`the Debian package nats-server was not installed: ${reason(error)}`);
    return null;
  }
  await stopUnit(say);
  const found = await findOnPath({ env });
  return found === null ? null : { ...found, source: "Debian package" };
}

/** The package starts a server of its own, open to the network and without JetStream: nobody asked for it. */
async function stopUnit(say) {
  try {
    await access("/run/systemd/system");
  } catch {
    return; // no systemd: nothing was started
  }
  try {
    await run("systemctl", ["disable", "--now", "nats-server"], { timeout: 30_000 });
    say("stopped the nats-server unit that the package had started");
  } catch (error) {
    say(`the package's nats-server unit could not be stopped (systemctl disable --now nats-server): ${reason(error)}`);
  }
}

function reason(error) {
  const text =
    error instanceof Error
      ? [error.message, error.cause instanceof Error ? error.cause.message : ""].filter(Boolean).join(": ")
      : String(error);
  return text.trim().split("\n").slice(-1)[0];
}

/** The pinned release, for the line that says what is recommended. */
export const pinnedVersion = pinned.version;
