import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const startTimeoutMs = 30_000;
const stopTimeoutMs = 10_000;

/** A process that works; the one that measures is another. */
export interface WorkerProcess {
  readonly pid: number;
  /** Ends it, as a service is ended, and by force when it does not. */
  stop(): Promise<void>;
}

/** Starts a program and resolves when `isReady` says so, or it sends a message when there is none. Rejects when it ends before. */
export async function startWorker(
  program: URL,
  { env, isReady }: { env: Record<string, string>; isReady?: () => Promise<boolean> },
): Promise<WorkerProcess> {
  // What a worker says goes to stderr: stdout may be JSON.
  const child = fork(fileURLToPath(program), {
    env: { ...process.env, ...env },
    stdio: ["ignore", process.stderr, process.stderr, "ipc"],
    execArgv: [],
  });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  try {
    await Promise.race([
      isReady === undefined ? once(child, "message") : poll(isReady),
      once(child, "exit").then(([code]) => Promise.reject(new Error(`${program.pathname} ended with ${code}`))),
    ]);
  } catch (error) {
    kill();
    throw error;
  }
  return { pid: child.pid ?? 0, stop: () => end(child) };
}

async function poll(isReady: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline;) {
    if (await isReady()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the worker was not ready within ${startTimeoutMs} ms`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  const force = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  child.kill("SIGTERM");
  await exited;
  clearTimeout(force);
}
