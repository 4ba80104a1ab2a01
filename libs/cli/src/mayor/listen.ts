import type { CliContext } from "../context.ts";
import { lastLines, lineKey, type OutputLine } from "../output-lines.ts";

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
  /** Called with each line that is written from now on, once. */
  show: (line: OutputLine) => void;
}

/** So many lines are read again when some may have been missed. */
const lines = 200;

/** Listens to an agent; resolves when the gateway is connected, so that what is said from then on is heard. */
export async function listen(cli: CliContext, { agent, signal: given, show }: ListenOptions): Promise<Listening> {
  const town = await cli.town();
  const stop = new AbortController();
  const signal = AbortSignal.any([given, stop.signal]);
  const connected = Promise.withResolvers<void>();
  const seen = new Set<string>();
  const take = (line: OutputLine, { old }: { old: boolean }): void => {
    const key = lineKey(line);
    if (seen.has(key)) return;
    seen.add(key);
    if (!old) show(line);
  };
  const onLost = (reason: string, ms: number): void => cli.out.detail(`connection lost (${reason}), again in ${ms} ms`);
  async function read({ old }: { old: boolean }): Promise<void> {
    const { data } = await lastLines(cli, agent, lines);
    for (const line of data.items) take(line, { old });
  }
  async function follow(): Promise<void> {
    let first = true;
    for await (const frame of cli.client.watchTown({ town, agents: [agent], signal, onLost })) {
      if (frame.type === "output") take(frame.line, { old: false });
      if (frame.type !== "hello") continue;
      await read({ old: first });
      first = false;
      connected.resolve();
    }
  }
  const ended = follow();
  await Promise.race([connected.promise, ended]);
  return { catchUp: () => read({ old: false }), ended, close: () => stop.abort() };
}
