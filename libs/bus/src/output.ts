import { outputLine, outputSubject, type OutputLine } from "@gastown/contracts";
import { deadline, onAbort } from "./abortable.ts";
import type { Bus } from "./connect.ts";
import { readStream } from "./events/read-stream.ts";
import { wireOf } from "./wire.ts";

const readTimeoutMs = 10_000;

/** The last lines of an agent's output that are kept (2,000 at most), oldest first. */
export async function readOutput(
  bus: Bus,
  { town, agent, last }: { town: string; agent: string; last: number },
): Promise<OutputLine[]> {
  const { state } = await wireOf(bus).manager.streams.info("OUT");
  const lines: OutputLine[] = [];
  const { signal, clear } = deadline(readTimeoutMs);
  const wanted = { stream: "OUT", subjects: [outputSubject(town, agent)], fromSeq: 1, until: state.last_seq, signal };
  try {
    for await (const message of readStream(bus, wanted)) {
      const line = readLine(message.string());
      if (line !== null) lines.push(line);
    }
  } finally {
    clear();
  }
  return lines.slice(Math.max(0, lines.length - last));
}

/** Lines as they are written, of one agent or of a whole town; ends when the signal aborts. Lines of a lost connection are missed. */
export async function* followOutput(
  bus: Bus,
  { town, agent, signal }: { town: string; agent?: string | undefined; signal: AbortSignal },
): AsyncGenerator<OutputLine, void> {
  const subject = agent === undefined ? `out.${town}.*` : outputSubject(town, agent);
  const subscription = wireOf(bus).connection.subscribe(subject);
  const ignore = onAbort(signal, () => subscription.unsubscribe());
  try {
    for await (const message of subscription) {
      const line = readLine(message.string());
      if (line !== null) yield line;
    }
  } finally {
    ignore();
    subscription.unsubscribe();
  }
}

/** Null for what is not a line: anybody may publish there by hand. */
function readLine(text: string): OutputLine | null {
  try {
    const parsed = outputLine.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
