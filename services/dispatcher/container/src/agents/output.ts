import type { OutputLine } from "@gastown/contracts";
import type { AgentEvent } from "../runtime/agent-runtime.ts";

/** What people see of an agent at work, line by line. */
export interface Output {
  add(event: AgentEvent): void;
  status(text: string): void;
  /** Sends what is still held back. */
  flush(): void;
}

interface OutputOptions {
  agent: string;
  generation: number;
  send: (line: OutputLine) => void;
}

const maxLineChars = 8_000;
/** At most so many lines in a minute; what is more is counted and told. */
const maxLinesPerMinute = 300;
const minuteMs = 60_000;

/** Lets only so many lines through in a minute. */
function createBound(): (now: number) => { pass: boolean; dropped: number } {
  let since = 0;
  let count = 0;
  let dropped = 0;
  return (now) => {
    if (now - since >= minuteMs) [since, count] = [now, 0];
    count += 1;
    if (count > maxLinesPerMinute) {
      dropped += 1;
      return { pass: false, dropped: 0 };
    }
    const told = dropped;
    dropped = 0;
    return { pass: true, dropped: told };
  };
}

/**
 * Makes lines of an agent's events: a text when it is complete, a tool call when it begins and again when it ends, failures at
 * once. A text that grows is held back until then, so that a word is not a message.
 */
export function createOutput({ agent, generation, send }: OutputOptions): Output {
  const bound = createBound();
  const growing = new Map<string, string>();
  const begun = new Set<string>();

  function line(kind: OutputLine["kind"], text: string): void {
    const now = new Date();
    const { pass, dropped } = bound(now.getTime());
    if (!pass || text.trim() === "") return;
    const about = { at: now.toISOString(), agent, generation };
    if (dropped > 0) send({ ...about, kind: "status", text: `${dropped} lines left out` });
    send({ ...about, kind, text: text.length > maxLineChars ? `${text.slice(0, maxLineChars - 2)} …` : text });
  }
  function flush(): void {
    for (const text of growing.values()) line("text", text);
    growing.clear();
  }
  function tool(event: Extract<AgentEvent, { kind: "tool" }>): void {
    if (event.state !== "running") {
      begun.delete(event.call);
      line("tool", `${event.tool} ${event.state}${event.detail === "" ? "" : `\n${event.detail}`}`);
    } else if (!begun.has(event.call) && event.detail !== "") {
      begun.add(event.call);
      line("tool", `${event.tool}: ${event.detail}`);
    }
  }
  return {
    flush,
    status: (text) => line("status", text),
    add(event) {
      if (event.kind === "error") line("error", event.message);
      if (event.kind === "tool") tool(event);
      if (event.kind !== "text") return;
      if (event.complete) growing.delete(event.part);
      else growing.set(event.part, event.text);
      if (event.complete) line("text", event.text);
    },
  };
}
