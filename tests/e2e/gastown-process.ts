import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, readlink, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { eventually } from "@gastown/testkit";

export const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const program = join(checkout, "deploy/embedded/src/main.ts");

/** One `gastown up` or `demo` as a process of its own, as a person would run it. */
export interface GastownProcess {
  child: ChildProcess;
  /** All it has printed. */
  output: () => string;
  /** Resolves with the exit code when it has ended. */
  ended: Promise<number | null>;
}

export interface ServerFile {
  url: string;
  token: string;
  town: string;
  pid: number;
}

/** Starts the program; `env` is added to what a plain shell has. */
export function startGastown(args: string[], env: Record<string, string> = {}): GastownProcess {
  const { PATH, HOME, NATS_SERVER_BIN, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [program, ...args], {
    cwd: checkout,
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...(NATS_SERVER_BIN && { NATS_SERVER_BIN }), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data: Buffer) => (output += data.toString()));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, output: () => output, ended };
}

/** Waits for the end; an exit code that was not expected is an error that shows what was printed. */
export async function endsWith(code: number, { ended, output }: GastownProcess): Promise<void> {
  const got = await ended;
  if (got !== code) throw new Error(`it ended with ${got}, not ${code}:\n${output()}`);
}

/** A state folder outside the checkout, that is cleaned up whatever is left in it: every process of it is killed. */
export async function makeStateFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "gastown-e2e-"));
  const path = join(folder, "state");
  // As root, Postgres runs as another user, who must be able to enter.
  spawnSync("chmod", ["711", folder]);
  return {
    path,
    async remove() {
      await eventually(async () => {
        const left = await processesOf(path);
        for (const { pid } of left) killHard(pid);
        if (left.length > 0) throw new Error("processes are left");
      });
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** What `server.json` says. */
export async function serverFile(state: string): Promise<ServerFile> {
  return JSON.parse(await readFile(join(state, "server.json"), "utf8")) as ServerFile;
}

/** kill -9; nothing when it has ended already. */
export function killHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** Every process that works in a state folder or was started with it on its command line. Linux. */
export async function processesOf(state: string): Promise<{ pid: number; command: string }[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(pids.map((pid) => processAt(pid)));
  return all
    .filter(
      (one) =>
        one !== null &&
        one.pid !== process.pid &&
        (one.command.includes(state) || `${one.cwd}/`.startsWith(`${state}/`)),
    )
    .map((one) => ({ pid: one?.pid ?? 0, command: one?.command ?? "" }));
}

async function processAt(pid: number): Promise<{ pid: number; command: string; cwd: string } | null> {
  try {
    const [command, cwd, stat] = await Promise.all([
      readFile(`/proc/${pid}/cmdline`, "utf8"),
      readlink(`/proc/${pid}/cwd`),
      readFile(`/proc/${pid}/stat`, "utf8"),
    ]);
    return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) === "Z"
      ? null
      : { pid, command: command.replaceAll("\0", " "), cwd };
  } catch {
    return null; // ended meanwhile, or a thread of the kernel
  }
}
