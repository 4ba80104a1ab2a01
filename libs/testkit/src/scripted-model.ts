/**
 * The scripted model: a DOUBLE of a paid language model, labelled as such in every answer. It speaks the real protocol and
 * decides each answer from the conversation alone, so that it can be restarted at any moment. What it plays, first match first:
 *
 * 1. a script in the bead's body (`scriptText`), step by step; one in a later message (a nudge, say) goes on from there;
 * 2. a polecat with `gt_triage_resolve`: answers each `## <bead>` of its work item with `@resolve ACTION`, if that stands below it,
 *    else RESTART, else what is offered first; then gt_done;
 * 3. behaviour a polecat's bead asks for by markers in its body: `@hang` (never answers in the turn of its prompt), `@fail`
 *    (gt_done with failed), `@quiet` (ends its turns without gt_done), `@slow 2000` (waits so many ms before each answer),
 *    `@burn 5000` and `@cost 2500` (each answer reports so many tokens, and millionths of a dollar); the last three also beside
 *    a script;
 * 4. the repair of a pull request: merges the base (keeping the branch's side of a conflict), or commits an answer to feedback;
 * 5. `@write path text` (to the end of the line): writes and commits that file, deals with feedback as in 4, runs the rig's check, hands in;
 *    with `@keep path` it first leaves two traces of this start in that file, one committed and one not, and notes them in ~/kept.txt;
 * 6. the demo's two tasks, and a refinery that reads the difference and runs their tests;
 * 7. a work item with steps: walks them with gt_mol_current and gt_mol_advance before it hands in (5 and 6 do so too).
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { coderAnswer, roleOf } from "./scripted-model-coder.ts";
import { markersIn } from "./scripted-model-markers.ts";
import { type Answer, type ChatRequest, chunksOf, completionOf, readChatRequest } from "./scripted-model-protocol.ts";
import { answerOf, type ScriptStep, scriptedStep } from "./scripted-model-script.ts";

/** One chat request as it came in, for tests to look at. */
export interface ScriptedModelRequest extends ChatRequest {
  authorization: string | null;
  role: string;
}
export { demoTasks, type ScriptedTask } from "./scripted-model-tasks.ts";

export interface ScriptedModel {
  /** The base URL of the protocol, with its `/v1`. */
  url: string;
  requests: ScriptedModelRequest[];
  close(): Promise<void>;
}
export interface ScriptedModelOptions {
  port?: number;
  /** What every conversation without a script of its own follows, instead of the demo's coder. */
  script?: ScriptStep[];
  /** Waits this long before each answer: a real model is not instant. */
  delayMs?: number;
}

interface Failure {
  status: number;
  message: string;
  code: string;
  /** The same as the code when it is absent. */
  type?: string;
  headers?: Record<string, string>;
}

/** Model names that fail, by their ending, as real providers do. */
const failures: Record<string, Failure> = {
  err500: { status: 500, message: "The server had an error while processing your request", code: "server_error" },
  rate429: { status: 429, message: "Rate limit reached", code: "rate_limit_exceeded", headers: { "retry-after": "2" } },
  auth401: { status: 401, message: "Incorrect API key provided", code: "invalid_api_key" },
  overflow: {
    status: 400,
    message: "This model's maximum context length is 8192 tokens",
    code: "context_length_exceeded",
  },
  // What OpenAI answers to a model that is not there, or not for this key.
  unknown404: {
    status: 404,
    message: "The model does not exist or you do not have access to it.",
    type: "invalid_request_error",
    code: "model_not_found",
  },
};
const slowWordMs = 300;
/** Only so many requests are kept: a town that is left running must not grow. */
const keptRequests = 200;
const maxBodyBytes = 32 * 1024 * 1024;

const label = { "x-gastown-double": "scripted-model" };

/** How a model of this name behaves: one of the failures, hang, cut, slow, or empty for well. */
function mannerOf(request: ChatRequest): string {
  return /(?:^|[-/:])(err500|rate429|auth401|overflow|unknown404|hang|cut|slow)$/.exec(request.model)?.[1] ?? "";
}

function json(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { ...label, "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
function fail(response: ServerResponse, failure: Failure): void {
  for (const [name, value] of Object.entries(failure.headers ?? {})) response.setHeader(name, value);
  json(
    response,
    { error: { message: failure.message, type: failure.type ?? failure.code, param: null, code: failure.code } },
    failure.status,
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBodyBytes) throw new Error("the body is larger than 32 MiB");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function echo(request: ChatRequest): Answer {
  const last = request.messages.findLast((m) => m.role === "user")?.text ?? "";
  return { text: `I am a scripted model and this is not in my script: ${last.slice(0, 120)}` };
}

/** Decides from the conversation alone what comes next; a request without tools asks for a title. */
function nextStep(request: ChatRequest, options: ScriptedModelOptions): { step: ScriptStep; answer: Answer } {
  if (request.tools.length === 0) return { step: {}, answer: { text: "Scripted work" } };
  const { hang, slowMs, tokens, microUsd } = markersIn(request, roleOf(request));
  const step = scriptedStep(request, roleOf(request), options.script);
  const answer = step === null ? (coderAnswer(request) ?? echo(request)) : answerOf(step);
  const manner = step ?? { hang };
  return {
    step: { ...manner, delayMs: (manner.delayMs ?? 0) + slowMs },
    answer: { ...answer, tokens, microUsd },
  };
}

/** Written, and handed to the system: what is cut off later has arrived. */
function write(response: ServerResponse, text: string): Promise<void> {
  return new Promise((resolve) => {
    response.write(text, () => resolve());
  });
}

interface Manner {
  id: string;
  cut: boolean;
  slow: boolean;
}

async function stream(
  response: ServerResponse,
  said: { request: ChatRequest; answer: Answer },
  manner: Manner,
): Promise<void> {
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    ...label,
  });
  const chunks = [...chunksOf(said.request, said.answer, manner.id)];
  const sent = manner.cut ? chunks.slice(0, Math.ceil(chunks.length / 2)) : chunks;
  for (const chunk of sent) {
    await write(response, `data: ${JSON.stringify(chunk)}\n\n`);
    if (manner.slow) await wait(slowWordMs);
    if (response.destroyed) return;
  }
  if (manner.cut) response.destroy();
  else response.end("data: [DONE]\n\n");
}

async function answerChat(
  response: ServerResponse,
  request: ChatRequest,
  options: ScriptedModelOptions & { id: string },
): Promise<void> {
  const failure = failures[mannerOf(request)];
  if (failure !== undefined) return fail(response, failure);
  const { step, answer } = nextStep(request, options);
  await wait((step.delayMs ?? 0) + (options.delayMs ?? 0));
  if (step.hang === true || mannerOf(request) === "hang") return;
  if (step.error !== undefined)
    return fail(response, { status: step.error, message: "scripted error", code: "scripted_error" });
  if (!request.stream) return json(response, completionOf(request, answer, options.id));
  const cut = step.cut === true || mannerOf(request) === "cut";
  await stream(response, { request, answer }, { id: options.id, cut, slow: mannerOf(request) === "slow" });
}

/**
 * Starts a DOUBLE of a paid language model on 127.0.0.1: it speaks the real OpenAI chat-completions protocol (streaming, tool
 * calls, usage), keeps nothing between requests and decides each answer from the conversation alone: a script in the prompt
 * (`scriptText`), else the demo's tasks, done as a small coder would do them with the agent's own tools. Models whose name
 * ends in err500, rate429, auth401, overflow, unknown404, hang, cut or slow fail in that way.
 */
export async function startScriptedModel(options: ScriptedModelOptions = {}): Promise<ScriptedModel> {
  const requests: ScriptedModelRequest[] = [];
  let count = 0;
  const models = ["scripted", "scripted-2"].map((id) => ({
    id,
    object: "model",
    created: 0,
    owned_by: "gastown: a double, not a language model",
  }));

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? "/", "http://model").pathname;
    if (request.method === "GET" && path.endsWith("/models")) return json(response, { object: "list", data: models });
    if (request.method !== "POST" || !path.endsWith("/chat/completions"))
      return fail(response, { status: 404, message: `no route ${path}`, code: "not_found" });
    const chat = readChatRequest(await bodyOf(request));
    if (chat === null)
      return fail(response, {
        status: 400,
        message: "the body is not a chat-completions request",
        code: "invalid_request_error",
      });
    requests.push({ ...chat, authorization: request.headers.authorization ?? null, role: roleOf(chat) });
    if (requests.length > keptRequests) requests.shift();
    count += 1;
    await answerChat(response, chat, { ...options, id: String(count) });
  }

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else fail(response, { status: 500, message: String(error), code: "double_failed" });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
