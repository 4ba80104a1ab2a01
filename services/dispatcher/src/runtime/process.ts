import type { ChildProcess } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { getCompileCacheDir } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createMutex, isAlive, killGroup, startGroup, type Mutex } from "@gastown/service";
import type { Logger } from "@gastown/telemetry";
import { killAgentGroups } from "./agent-groups.ts";
import { openContainerLogs, type ContainerLogs } from "./container-log.ts";
import { openContainerRecords, type ContainerRecord, type ContainerRecords } from "./container-record.ts";
import type {
  ContainerRuntime,
  ContainerRuntimeOptions,
  ContainerSpec,
  RuntimeContainer,
} from "./container-runtime.ts";

const pollMs = 50;
/** How long the exit of a child that the system shows as dead is waited for, to learn its exit code. */
const exitEventMs = 1_000;

export interface ProcessRuntimeOptions extends ContainerRuntimeOptions {
  /** An absolute folder: a folder for each town (its container's own), `_containers` and `_logs` (no town can be named so). */
  stateDir: string;
  /** The file of the container program; run with this Node. */
  program: string;
  /** The PATH of the container program; git must be found on it. */
  path: string;
  logger: Logger;
}

interface Child {
  readonly process: ChildProcess;
  /** Set when it has ended. */
  end: { reason: string; code: number } | null;
  readonly exited: Promise<void>;
}

interface Runtime extends ProcessRuntimeOptions {
  readonly records: ContainerRecords;
  readonly logs: ContainerLogs;
  /** Containers that this object started itself, by name. Those of earlier runs are known by their records only. */
  readonly children: Map<string, Child>;
  readonly mutex: Mutex;
  closed: boolean;
}

/**
 * Containers as process trees on this machine: a container is a process group of its own that outlives the dispatcher. Two
 * dispatchers may share the state folder; on different machines they see different containers, so there may be only one then.
 */
export async function createProcessRuntime(options: ProcessRuntimeOptions): Promise<ContainerRuntime> {
  const records = await openContainerRecords(join(options.stateDir, "_containers"));
  const logs = await openContainerLogs(join(options.stateDir, "_logs"));
  const runtime: Runtime = { ...options, records, logs, children: new Map(), mutex: createMutex(), closed: false };
  return {
    kind: "process",
    stateDirOf: (town) => stateDirOf(runtime, town),
    list: (town) => list(runtime, town),
    start: (spec) => runtime.mutex.withKey(spec.name, () => start(runtime, spec)),
    stop: (name, { graceMs }) => runtime.mutex.withKey(name, () => stop(runtime, name, graceMs)),
    kill: (name) => runtime.mutex.withKey(name, () => stop(runtime, name, 0)),
    async forget(town) {
      // Something that was killed may still be writing its last file.
      await rm(stateDirOf(runtime, town), { recursive: true, force: true, maxRetries: 5 });
      await logs.forget(town);
    },
    logs: (name, lines) => logs.tail(name, lines),
    close() {
      runtime.closed = true;
      return Promise.resolve();
    },
  };
}

function stateDirOf({ stateDir }: Runtime, town: string): string {
  return join(stateDir, town);
}

async function list(runtime: Runtime, town: string | undefined): Promise<RuntimeContainer[]> {
  const records = await runtime.records.list();
  return Promise.all(records.filter((one) => town === undefined || one.town === town).map((one) => look(runtime, one)));
}

async function look({ children }: Runtime, record: ContainerRecord): Promise<RuntimeContainer> {
  const { container: name, town, generation, at } = record;
  const child = children.get(name);
  const alive = await isAlive(record.process);
  if (!alive && child !== undefined) await Promise.race([child.exited, delay(exitEventMs, undefined, { ref: false })]);
  const end = child?.end ?? { reason: "its process is gone", code: null };
  return {
    name,
    town,
    generation,
    alive,
    watched: child !== undefined,
    startedAt: new Date(at),
    ended: alive ? null : end.reason,
    // Nothing limits its memory, so what the system kills is not told from what anybody else kills.
    exit: alive ? null : { code: end.code, outOfMemory: false },
    healthy: null,
  };
}

async function start(runtime: Runtime, spec: ContainerSpec): Promise<void> {
  const { records, logs, program, path, logger } = runtime;
  const { name, town, generation } = spec;
  if (records.has(name)) return;
  const cwd = stateDirOf(runtime, town);
  await mkdir(cwd, { recursive: true, mode: 0o700 });
  await logs.prune(town);
  const { record, child } = logs.withFile(name, (stderr) =>
    startGroup({
      command: process.execPath,
      args: [program],
      cwd,
      // All there is: what the container may know comes over standard input, nothing is inherited.
      env: { PATH: path, HOME: cwd, LANG: "C.UTF-8", ...compileCache() },
      keepStdin: true,
      stderr,
    }),
  );
  const at = new Date().toISOString();
  if (!records.add({ container: name, town, generation, at, process: record })) {
    // Another dispatcher was faster by a moment: its container is the one. Ours waits for its configuration, and never gets one.
    await killGroup(record, { graceMs: 0 });
    return;
  }
  child.stdin?.end(`${spec.config}\n`);
  watch(runtime, spec, child);
  logger.info({ town, container: name, pid: record.pid }, "container started");
}

/** A container program starts in half the time where what it is made of was compiled before: where this process keeps that. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  // The folder in use is one of Node's version, inside the one that is named.
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

function watch(runtime: Runtime, { name, town }: ContainerSpec, child: ChildProcess): void {
  const { promise: exited, resolve } = Promise.withResolvers<void>();
  const watched: Child = { process: child, end: null, exited };
  runtime.children.set(name, watched);
  child.once("exit", (code, signal) => {
    watched.end = describeExit(code, signal);
    resolve();
    if (runtime.closed) return;
    runtime.logger.info({ town, container: name, reason: watched.end.reason }, "container ended");
    runtime.onEnded(town);
  });
}

/** Node gives a code or a signal; a shell, and Docker, make one number of both. */
function describeExit(code: number | null, signal: NodeJS.Signals | null): NonNullable<Child["end"]> {
  if (signal === null) return { reason: `exit code ${code}`, code: code ?? 0 };
  return { reason: `killed by ${signal}`, code: 128 + constants.signals[signal] };
}

async function stop(runtime: Runtime, name: string, graceMs: number): Promise<void> {
  const { records, children, logger } = runtime;
  const all = await records.list();
  const record = all.find(({ container }) => container === name);
  if (record === undefined) return;
  if (graceMs > 0) await askToEnd(record, graceMs);
  await killGroup(record.process, { graceMs: 0 });
  // The folder is the town's, not the container's: while another container of the town lives, its agents are in there.
  const others = all.filter(({ container, town }) => container !== name && town === record.town);
  const alive = await Promise.all(others.map((other) => isAlive(other.process)));
  if (!alive.includes(true)) await killAgentGroups(stateDirOf(runtime, record.town), logger);
  await records.remove(name);
  children.delete(name);
}

/** Asks only the container program itself: what it started is needed to save the work. */
async function askToEnd(record: ContainerRecord, graceMs: number): Promise<void> {
  const end = Date.now() + graceMs;
  if (!(await isAlive(record.process)) || !sendTerm(record.process.pid)) return;
  while (Date.now() < end && (await isAlive(record.process))) await delay(pollMs);
}

function sendTerm(pid: number): boolean {
  try {
    return process.kill(pid, "SIGTERM");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false; // it ended this moment
    throw error;
  }
}
