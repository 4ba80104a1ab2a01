/** The part of the OpenAI chat-completions protocol that agent servers use, read from untrusted JSON. */

export interface ChatMessage {
  role: string;
  text: string;
  toolCalls: { id: string; name: string; args: string }[];
}
export interface ChatTool {
  name: string;
  /** The JSON schema of its arguments, as sent. */
  parameters: Record<string, unknown>;
}
export interface ChatRequest {
  model: string;
  stream: boolean;
  includeUsage: boolean;
  messages: ChatMessage[];
  tools: ChatTool[];
  bytes: number;
}

type Fields = Record<string, unknown>;

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map((item) => fields(item)) : [];
}
function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content)
    .map((part) => string(part["text"]))
    .join("\n");
}

function readMessage(message: Fields): ChatMessage {
  const toolCalls = list(message["tool_calls"]).map((call) => {
    const fn = fields(call["function"]);
    return { id: string(call["id"]), name: string(fn["name"]), args: string(fn["arguments"]) };
  });
  return { role: string(message["role"]), text: textOf(message["content"]), toolCalls };
}

function readTool(tool: Fields): ChatTool {
  const fn = fields(tool["function"]);
  return { name: string(fn["name"]), parameters: fields(fn["parameters"]) };
}

/** The request in a body, or null when the body is not one (no JSON object, no model, no messages). */
export function readChatRequest(body: string): ChatRequest | null {
  let json: Fields;
  try {
    json = fields(JSON.parse(body));
  } catch {
    return null;
  }
  const messages = list(json["messages"]).map(readMessage);
  const model = string(json["model"]);
  if (model === "" || messages.length === 0) return null;
  return {
    model,
    stream: json["stream"] === true,
    includeUsage: fields(json["stream_options"])["include_usage"] === true,
    messages,
    tools: list(json["tools"]).map(readTool),
    bytes: body.length,
  };
}

/** What the model says next: text, tool calls, or both. */
export interface Answer {
  text?: string;
  calls?: { tool: string; args: Record<string, unknown> }[];
  /** What it says it used, instead of what it did. */
  tokens?: number | null;
  microUsd?: number | null;
}

/** The name under which the request offers a tool: MCP tools come with a server prefix, so the end of the name decides. */
export function offeredTool(request: Pick<ChatRequest, "tools">, tool: string): ChatTool | undefined {
  return request.tools.find((t) => t.name === tool) ?? request.tools.find((t) => t.name.endsWith(`_${tool}`));
}

/** Token counts in the manner of the protocol: four characters are one token. A price is told as OpenRouter tells it, in dollars. */
function usageOf(request: ChatRequest, answer: Answer) {
  const { tokens = null, microUsd = null, ...said } = answer;
  const prompt = tokens === null ? Math.ceil(request.bytes / 4) : 0;
  const completion = tokens ?? Math.max(1, Math.ceil(JSON.stringify(said).length / 4));
  const price = microUsd === null ? {} : { cost: microUsd / 1_000_000 };
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion, ...price };
}

function callsOf(request: ChatRequest, answer: Answer, id: string) {
  return (answer.calls ?? []).map((call, index) => ({
    id: `call_${id}_${index}`,
    type: "function" as const,
    function: { name: offeredTool(request, call.tool)?.name ?? call.tool, arguments: JSON.stringify(call.args) },
  }));
}

function head(request: ChatRequest, id: string, object: string) {
  const created = Math.floor(Date.now() / 1000);
  return { id: `chatcmpl-${id}`, object, created, model: request.model, system_fingerprint: "scripted-model" };
}

/** The answer to a request without streaming. */
export function completionOf(request: ChatRequest, answer: Answer, id: string) {
  const calls = callsOf(request, answer, id);
  const message = { role: "assistant", content: answer.text ?? null, ...(calls.length > 0 && { tool_calls: calls }) };
  const choice = { index: 0, finish_reason: calls.length > 0 ? "tool_calls" : "stop", message };
  return { ...head(request, id, "chat.completion"), choices: [choice], usage: usageOf(request, answer) };
}

/** The answer to a streaming request, chunk by chunk: text by the word, tool arguments in pieces of 40 characters. */
export function* chunksOf(request: ChatRequest, answer: Answer, id: string): Generator<Record<string, unknown>> {
  const base = head(request, id, "chat.completion.chunk");
  const chunk = (delta: Fields, finish: string | null = null) => ({
    ...base,
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  yield chunk({ role: "assistant", content: "" });
  for (const content of (answer.text ?? "").match(/\S+\s*|\s+/g) ?? []) yield chunk({ content });
  const calls = callsOf(request, answer, id);
  for (const [index, call] of calls.entries()) {
    yield chunk({ tool_calls: [{ index, ...call, function: { name: call.function.name, arguments: "" } }] });
    for (const piece of call.function.arguments.match(/[^]{1,40}/g) ?? []) {
      yield chunk({ tool_calls: [{ index, function: { arguments: piece } }] });
    }
  }
  yield chunk({}, calls.length > 0 ? "tool_calls" : "stop");
  if (request.includeUsage) yield { ...base, choices: [], usage: usageOf(request, answer) };
}
