import type { CliContext } from "./context.ts";
import { lastLines, lineKey, type OutputLine } from "./output-lines.ts";

/** An agent that is listened to. */
export interface Listening {
  /** True afterwards: all that the agent has written by now was shown. */
  catchUp: () => Promise<void>;
  /** Resolves when nobody listens any more. Throws when the gateway refuses to let anybody listen. */
  ended: Promise<void>;
  /** True afterwards: nobody listens any more. */
  close: () => void;
}

interface ListenOptions {
  agent: string;
  signal: AbortSignal;
  /** So many of the lines there are already are shown first; none by default. */
  tail?: number;
  /** Called with each line that is written from now on, once. */
  show: (line: OutputLine) => void;
}

/** So many lines are read again when some may have been missed. */
const reread = 200;
/** More than are ever read at once: what a line is compared with need not be older. */
const remembered = 5_000;

/** Answers whether it is given a key for the first time, as far as it remembers. */
function createMemory(): (key: string) => boolean {
  const seen = new Set<string>();
  return (key) => {
    if (seen.has(key)) return false;
    seen.add(key);
    const [oldest] = seen;
    if (seen.size > remembered && oldest !== undefined) seen.delete(oldest);
    return true;
  };
}

/**
 * Listens to an agent; resolves when the gateway is connected, so that what is said from then on is heard. What was written while the
 * connection was lost, or the terminal too slow, is read then; what comes by both ways is shown once.
 */
export async function listen(
  cli: CliContext,
  { agent, signal: given, tail = 0, show }: ListenOptions,
): Promise<Listening> {
  const town = await cli.town();
  const stop = new AbortController();
  const signal = AbortSignal.any([given, stop.signal]);
  const connected = Promise.withResolvers<void>();
  const isNew = createMemory();
  const onLost = (reason: string, ms: number): void => cli.out.note(`connection lost (${reason}), again in ${ms} ms`);

  async function begin(): Promise<void> {
    const { items } = (await lastLines(cli, agent, Math.max(tail, reread))).data;
    for (const [at, line] of items.entries()) if (isNew(lineKey(line)) && at >= items.length - tail) show(line);
  }
  async function catchUp(): Promise<void> {
    const { items } = (await lastLines(cli, agent, reread)).data;
    const missed = items.filter((line) => isNew(lineKey(line)));
    if (missed.length === reread)
      cli.out.note(`more than ${reread} lines were missed; gastown logs ${agent} -n 2000 has them`);
    for (const line of missed) show(line);
  }
  async function follow(): Promise<void> {
    let begun = false;
    for await (const frame of cli.client.watchTown({ town, agents: [agent], signal, onLost })) {
      if (frame.type === "output" && isNew(lineKey(frame.line))) show(frame.line);
      if (frame.type === "output-skipped") await catchUp();
      if (frame.type !== "hello") continue;
      await (begun ? catchUp() : begin());
      begun = true;
      connected.resolve();
    }
  }
  const ended = follow();
  await Promise.race([connected.promise, ended]);
  return { catchUp, ended, close: () => stop.abort() };
}
