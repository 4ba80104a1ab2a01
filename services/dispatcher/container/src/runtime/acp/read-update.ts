import type { SessionUpdate, ToolCallContent } from "@agentclientprotocol/sdk";
import type { AgentEvent } from "../agent-runtime.ts";
import { detailChars, inputText } from "../tool-input.ts";

/** Reads the updates of a session's turns. */
export interface UpdateReader {
  read(update: SessionUpdate): AgentEvent[];
  /** The turn is over: texts that had not ended have. */
  end(): AgentEvent[];
  /** A tool is at work just now. */
  readonly toolRunning: boolean;
}

type ToolUpdate = Extract<SessionUpdate, { sessionUpdate: "tool_call" | "tool_call_update" }>;
type Chunk = Extract<SessionUpdate, { sessionUpdate: "agent_message_chunk" }>;

function textOf(content: readonly ToolCallContent[] | null | undefined): string {
  return (content ?? [])
    .flatMap((one) => (one.type === "content" && one.content.type === "text" ? [one.content.text] : []))
    .join("\n");
}

function inputOf({ rawInput, title }: ToolUpdate): string {
  const said = inputText(typeof rawInput === "object" && rawInput !== null ? { ...rawInput } : {});
  return said === "" ? (title ?? "") : said;
}

/** Nothing was read yet. A text is one message's; a tool is known by what its call was first called. */
export function createUpdateReader(): UpdateReader {
  const tools = new Map<string, string>();
  const running = new Set<string>();
  let texts = 0;
  let growing: { part: string; message: string | null; text: string } | null = null;

  function end(): AgentEvent[] {
    if (growing === null) return [];
    const { part, text } = growing;
    growing = null;
    return [{ kind: "text", part, text, complete: true }];
  }
  function chunk({ content, messageId = null }: Chunk): AgentEvent[] {
    if (content.type !== "text") return [{ kind: "work" }];
    const ended = growing !== null && growing.message !== messageId ? end() : [];
    if (growing === null) growing = { part: `text-${(texts += 1)}`, message: messageId, text: "" };
    growing.text += content.text;
    return [...ended, { kind: "work" }, { kind: "text", part: growing.part, text: growing.text, complete: false }];
  }
  function tool(update: ToolUpdate): AgentEvent[] {
    const { toolCallId: call, status } = update;
    const name = tools.get(call) ?? update.name ?? update.title ?? "tool";
    tools.set(call, name);
    const work = [...end(), { kind: "work" } as const];
    if (status === "completed" || status === "failed") {
      running.delete(call);
      tools.delete(call);
      const detail = textOf(update.content).trim().slice(-detailChars);
      return [...work, { kind: "tool", call, tool: name, state: status === "failed" ? "error" : "completed", detail }];
    }
    if (status !== "in_progress") return work;
    running.add(call);
    return [...work, { kind: "tool", call, tool: name, state: "running", detail: inputOf(update) }];
  }
  return {
    get toolRunning() {
      return running.size > 0;
    },
    read(update) {
      const { sessionUpdate: kind } = update;
      if (kind === "agent_message_chunk") return chunk(update);
      if (kind === "tool_call" || kind === "tool_call_update") return tool(update);
      return kind === "agent_thought_chunk" || kind === "plan" ? [{ kind: "work" }] : [];
    },
    end() {
      running.clear();
      tools.clear();
      return end();
    },
  };
}
