import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { fromTown, stopTown } from "./words.ts";

/** What is run; tests run another one. */
export const townProgram = fileURLToPath(new URL("../supervised.ts", import.meta.url));

/** How a run of the town's process ended. */
export interface Ended {
  /** Its exit code, as a shell tells it also for a signal. */
  code: number;
  /** For people: `ended with exit code 1`, `was killed by SIGKILL`. */
  how: string;
  /** How long its API had answered, in ms; null: it never did. */
  upMs: number | null;
  /** It had heard that it shall stop. */
  told: boolean;
}

/** One run of the process that NATS, Postgres and the services belong to. */
export interface TownProcess {
  pid: number | undefined;
  /** Settles when its API answers, or it ended before. */
  started: Promise<void>;
  ended: Promise<Ended>;
  /** Asks it to stop as SIGTERM does; it is heard however early it is said. */
  stop(): void;
  kill(): void;
}

/**
 * Starts it with these arguments of the command line, on the streams of this process, in a session of its own: what a terminal sends to
 * all who belong to it arrives here, and is passed on once. When this process ends, it hears that, and stops.
 */
export function startTownProcess(program: string, args: readonly string[]): TownProcess {
  const child = spawn(process.execPath, [...process.execArgv, program, ...args], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    detached: true,
  });
  let upSince: number | null = null;
  let told = false;
  const started = Promise.withResolvers<void>();
  child.on("message", (word) => {
    if (word === fromTown.stopping) told = true;
    if (word !== fromTown.started) return;
    upSince = Date.now();
    started.resolve();
  });
  const ended = untilEnd(child).then((end) => {
    started.resolve();
    return { ...end, told, upMs: upSince === null ? null : Date.now() - upSince };
  });
  return {
    pid: child.pid,
    started: started.promise,
    ended,
    // One that has ended meanwhile needs not be asked; `ended` tells.
    stop: () => void (child.connected && child.send(stopTown, () => {})),
    kill: () => void child.kill("SIGKILL"),
  };
}

function untilEnd(child: ChildProcess): Promise<Pick<Ended, "code" | "how">> {
  return new Promise((resolve) => {
    child.once("exit", (code, signal) => {
      if (signal === null) resolve({ code: code ?? 1, how: `ended with exit code ${code}` });
      else resolve({ code: 128 + constants.signals[signal], how: `was killed by ${signal}` });
    });
    child.on("error", (error) => {
      if (child.pid === undefined) resolve({ code: 1, how: `could not be started (${error.message})` });
    });
  });
}
