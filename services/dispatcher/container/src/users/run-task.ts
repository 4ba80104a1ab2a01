import { spawn, type ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { rescueCause } from "@gastown/contracts";
import { z } from "zod";
import type { Rescued } from "../git/rescued.ts";
import { commandAs, type AgentUser } from "./agent-user.ts";
import { compileCache } from "./compile-cache.ts";
import { killNow } from "./kill-now.ts";
import type { Doing, Rescuing, Task } from "./task.ts";

const program = fileURLToPath(new URL("task-program.ts", import.meta.url));
/** All that the process of a task sees: what git needs besides comes with the task. */
const env = { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", HOME: "/nonexistent", ...compileCache() };
/** Something that a task's git started may hold on to its streams: they are read for so long after its end. */
const lastWordsMs = 2_000;

const rescued: z.ZodType<Rescued> = z.object({
  from: z.string().nullable(),
  branch: z.string(),
  pushedTo: z.string(),
  head: z.string(),
  why: rescueCause,
});
/** A line of a task's process: something that it rescued, or how it went. */
const told = z.union([
  z.object({ rescued }),
  z.object({ error: z.string(), name: z.string() }),
  z.object({ answer: z.unknown() }),
]);

/** A task failed in the process of its user; the message is what it said there. */
class TaskError extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** As whom something is done, until when, and who is told of what was rescued, for tasks that rescue. */
type Doer<How extends Doing> = How & { user: AgentUser | null; rescued?: Rescuing["rescued"] | undefined };

function startAside(user: AgentUser, line: string) {
  const { command, args, cwd } = commandAs(user, { command: process.execPath, args: [program], cwd: "/" });
  const child = spawn(command, [...args], { cwd, env, detached: true, stdio: "pipe" });
  const close = (): void => [child.stdout, child.stderr].forEach((stream) => stream.destroy());
  const over = new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, by) => resolve(by ?? `exit code ${code}`));
  });
  // It may end before it has read everything; how it ended tells that.
  child.stdin.on("error", () => undefined).end(line);
  return { child, over, close };
}

/** What came until the stream ended, or was closed. */
async function heardOn(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  await finished(stream).catch(() => undefined);
  return Buffer.concat(chunks).toString("utf8");
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) killNow(-pid);
}

/** What the process of a task wrote, and how it ended: also when it was ended, as nobody wants it any more. */
async function hear(user: AgentUser, line: string, signal: AbortSignal) {
  const { child, over, close } = startAside(user, line);
  const stop = (): void => killGroup(child);
  const closeSoon = (): void => void setTimeout(close, lastWordsMs).unref();
  signal.addEventListener("abort", stop, { once: true });
  void over.then(closeSoon, closeSoon);
  try {
    const [said, complained, how] = await Promise.all([heardOn(child.stdout), heardOn(child.stderr), over]);
    return { said, complained, how };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Tells what was rescued; answers how the task went, or null when it came to no end. */
function understand(said: string, tell: Rescuing["rescued"] | undefined) {
  // What stands behind the last line's end was cut off.
  const lines = said.split("\n").slice(0, -1);
  for (const line of lines) {
    const heard = told.parse(JSON.parse(line));
    if (!("rescued" in heard)) return heard;
    tell?.(heard.rescued);
  }
  return null;
}

async function runAside<Input, Output, How extends Doing>(
  { user, signal, rescued: tell }: Doer<Doing> & { user: AgentUser },
  task: Task<Input, Output, How>,
  input: Input,
): Promise<Output> {
  signal.throwIfAborted();
  const { said, complained, how } = await hear(user, JSON.stringify({ task: task.name, input }), signal);
  const end = understand(said, tell);
  signal.throwIfAborted();
  if (end === null)
    throw new Error(`${task.name}, as user ${user.uid}, ended (${how}): ${complained.trim().slice(-1_000)}`);
  if ("error" in end) throw new TaskError(end.name, end.error);
  return task.output.parse(end.answer);
}

/**
 * Does something in the places of a user, as that user: in a process of its own, which has nothing of the host's but the task. Without
 * a user it is done right here. What it rescues is told, however it ends. Throws what went wrong, and the signal's reason when that
 * aborts; then nothing of it goes on.
 */
export async function runTask<Input, Output, How extends Doing>(
  doer: Doer<How>,
  task: Task<Input, Output, How>,
  input: Input,
): Promise<Output> {
  const { user } = doer;
  if (user !== null) return runAside({ ...doer, user }, task, input);
  const deed = await task.load();
  return deed(input, doer);
}
