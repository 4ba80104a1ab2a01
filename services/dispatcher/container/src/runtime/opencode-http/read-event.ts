import { z } from "zod";
import type { AgentEvent } from "../agent-runtime.ts";
import { detailChars, inputText } from "../tool-input.ts";
import { errorText, sessionFailure } from "./read-session.ts";

const envelope = z.object({ type: z.string(), properties: z.looseObject({}) });
const textPart = z.object({
  part: z.object({
    type: z.literal("text"),
    id: z.string(),
    messageID: z.string(),
    text: z.string(),
    synthetic: z.boolean().optional(),
    time: z.object({ end: z.number().optional() }).optional(),
  }),
});
const toolPart = z.object({
  part: z.object({
    type: z.literal("tool"),
    id: z.string(),
    tool: z.string(),
    state: z.object({
      status: z.enum(["pending", "running", "completed", "error"]),
      title: z.string().optional(),
      input: z.record(z.string(), z.unknown()).optional(),
      output: z.string().optional(),
      error: z.string().optional(),
    }),
  }),
});
const userMessage = z.object({ info: z.object({ role: z.literal("user"), id: z.string() }) });
const failed = z.object({ error: sessionFailure });

/** A turn may be over, or not to be gone on with. */
const looks = new Set([
  "session.idle",
  "session.status",
  "session.error",
  "session.network.asked",
  "session.turn.close",
]);
/** Status stays `busy` (runtime.md §2): nothing but these events tells that the turn waits for a person. */
const asks = new Set(["permission.asked", "question.asked"]);
function readTool(properties: unknown): AgentEvent[] {
  const parsed = toolPart.safeParse(properties);
  if (!parsed.success || parsed.data.part.state.status === "pending") return [{ kind: "work" }];
  const { id, tool, state } = parsed.data.part;
  const [status, text] =
    state.status === "running"
      ? (["running", inputText(state.input)] as const)
      : state.status === "error"
        ? (["error", state.error ?? ""] as const)
        : (["completed", state.output ?? ""] as const);
  return [{ kind: "work" }, { kind: "tool", call: id, tool, state: status, detail: text.trim().slice(-detailChars) }];
}

/** What is a reason to look at the session. */
function readWaking(type: string, properties: unknown): AgentEvent[] {
  if (asks.has(type)) return [{ kind: "asked" }];
  if (!looks.has(type)) return [];
  const error = type === "session.error" ? failed.safeParse(properties) : null;
  return error?.success === true
    ? [{ kind: "error", message: errorText(error.data.error) }, { kind: "look" }]
    : [{ kind: "look" }];
}

/** Reads an agent server's events; it remembers which messages are the user's, whose text is no output. */
export function createEventReader(): (event: unknown) => AgentEvent[] {
  const prompts = new Set<string>();
  function readText(properties: unknown): AgentEvent[] {
    const parsed = textPart.safeParse(properties);
    if (!parsed.success) return readTool(properties);
    const { part } = parsed.data;
    if (part.synthetic === true || prompts.has(part.messageID)) return [];
    return [{ kind: "work" }, { kind: "text", part: part.id, text: part.text, complete: part.time?.end !== undefined }];
  }
  return (event) => {
    const parsed = envelope.safeParse(event);
    if (!parsed.success) return [];
    const { type, properties } = parsed.data;
    if (type === "message.part.updated") return readText(properties);
    if (type === "message.part.delta") return [{ kind: "work" }];
    if (type === "message.updated") {
      const user = userMessage.safeParse(properties);
      if (user.success) prompts.add(user.data.info.id);
      return [];
    }
    return readWaking(type, properties);
  };
}
