import { spawn, type ChildProcess } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { commandAs, type AgentUser } from "./agent-user.ts";
import { killNow } from "./kill-now.ts";
import type { Task } from "./task.ts";

const program = fileURLToPath(new URL("task-program.ts", import.meta.url));
/** All that the process of a task sees: what git needs besides comes with the task. */
const env = { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", HOME: "/nonexistent" };
/** Something that a task's git started may hold on to its streams: they are read for so long after its end. */
const lastWordsMs = 2_000;

const told = z.union([z.object({ error: z.string(), name: z.string() }), z.object({ answer: z.unknown() })]);

/** A task failed in the process of its user; the message is what it said there. */
class TaskError extends Error {
  override readonly name: string;
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** As whom something is done, and until when. */
interface Doer {
  user: AgentUser | null;
  signal: AbortSignal;
}

function killGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) killNow(-pid);
}

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

/** What the process of a task wrote, and how it ended. */
async function hear(user: AgentUser, line: string, signal: AbortSignal) {
  const { child, over, close } = startAside(user, line);
  const stop = (): void => {
    killGroup(child);
    close();
  };
  signal.addEventListener("abort", stop, { once: true });
  void over.then(() => setTimeout(close, lastWordsMs).unref());
  try {
    const [said, complained, how] = await Promise.all([
      text(child.stdout).catch(() => ""),
      text(child.stderr).catch(() => ""),
      over,
    ]);
    return { said, complained, how };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function runAside<Input, Output>(
  { user, signal }: { user: AgentUser; signal: AbortSignal },
  task: Task<Input, Output>,
  input: Input,
): Promise<Output> {
  signal.throwIfAborted();
  const { said, complained, how } = await hear(user, JSON.stringify({ task: task.name, input }), signal);
  signal.throwIfAborted();
  if (said === "")
    throw new Error(`${task.name}, as user ${user.uid}, ended (${how}): ${complained.trim().slice(-1_000)}`);
  const answer = told.parse(JSON.parse(said));
  if ("error" in answer) throw new TaskError(answer.name, answer.error);
  return task.output.parse(answer.answer);
}

/**
 * Does something in the places of a user, as that user: in a process of its own, which has nothing of the host's but the task. Without
 * a user it is done right here. Throws what went wrong, and the signal's reason when that aborts; then nothing of it goes on.
 */
export function runTask<Input, Output>(
  { user, signal }: Doer,
  task: Task<Input, Output>,
  input: Input,
): Promise<Output> {
  return user === null ? task.run(input, signal) : runAside({ user, signal }, task, input);
}
