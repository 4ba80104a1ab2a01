import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A container host in a process of its own, as the dispatcher starts one. */
export interface HostProcess {
  readonly pid: number;
  /** Resolves when it has written this message to its log. */
  wrote(message: string): Promise<void>;
  /** It saves what it has and ends; nothing when it has ended. Throws when it ends badly. */
  end(): Promise<void>;
}

const main = fileURLToPath(new URL("../../../services/dispatcher/container/src/main.ts", import.meta.url));
const lineMs = 300_000;

/** Starts one with this configuration. What is waited for is given up when the signal aborts. */
export function startHostProcess(config: object, path: string, signal: AbortSignal): HostProcess {
  // A group of its own: Ctrl-C reaches this program alone, which then ends it.
  const host = spawn(process.execPath, [main], {
    stdio: ["pipe", "ignore", "pipe"],
    env: { PATH: path, HOME: tmpdir() },
    detached: true,
  });
  host.stdin.end(`${JSON.stringify(config)}\n`);
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const reading = createInterface({ input: host.stderr });
  reading.on("line", (line) => {
    lines.push(line);
    for (const heard of listeners) heard();
  });
  const ended = once(host, "exit");
  return {
    pid: host.pid ?? 0,
    async wrote(message) {
      const found = Promise.withResolvers<void>();
      const look = (): void => {
        if (lines.some((line) => line.includes(message))) found.resolve();
      };
      const stop = (): void => found.reject(signal.reason);
      const timer = setTimeout(() => found.reject(new Error(`the host did not write "${message}"`)), lineMs);
      listeners.add(look);
      signal.addEventListener("abort", stop);
      look();
      const gone = ended.then(() => {
        throw new Error(`the host ended: ${lines.slice(-3).join("\n")}`);
      });
      try {
        signal.throwIfAborted();
        await Promise.race([found.promise, gone]);
      } finally {
        clearTimeout(timer);
        listeners.delete(look);
        signal.removeEventListener("abort", stop);
      }
    },
    async end() {
      if (host.exitCode === null && host.signalCode === null) {
        host.kill("SIGTERM");
        await ended;
      }
      if (host.exitCode !== 0) throw new Error(`the host ended with ${host.exitCode}: ${lines.slice(-3).join("\n")}`);
    },
  };
}
