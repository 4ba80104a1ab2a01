import type { Logger } from "@gastown/telemetry";
import { Hono, type Context } from "hono";
import type { Access } from "../agents/access.ts";
import { logFields, type AgentRun } from "../agents/agent-run.ts";
import type { HostConfig } from "../config.ts";
import { createUsageReader, type UsageReader } from "./count-usage.ts";

interface ModelRoutesOptions {
  model: Pick<HostConfig["model"], "url">;
  /** The provider's key as it is now: it is read for each call, so that a new one restarts nothing. */
  key: () => string | null;
  access: Access;
  logger: Logger;
}

/** A provider that sends nothing for this long has forgotten us; agents retry by themselves. */
const silenceMs = 300_000;
/** Of a provider's answer, what an agent's client makes use of. Lengths and encodings change on the way. */
const passedHeaders = ["content-type", "retry-after", "retry-after-ms", "x-request-id"];

const errorType = "gastown_model_proxy";

function failure(c: Context, status: 400 | 401 | 502, message: string): Response {
  return c.json({ error: { message, type: errorType, code: String(status) } }, status);
}

/** The model that is asked for, when it is one of the agent's; else what its turns have, whatever it asked for. */
function modelFor(run: AgentRun, asked: unknown): string {
  return typeof asked === "string" && run.models.has(asked) ? asked : run.model;
}

/** The body as the provider gets it: one of the agent's own models, and usage told in streams too. */
function outgoing(body: Record<string, unknown>, model: string): { streamed: boolean; text: string } {
  const streamed = body["stream"] === true;
  const options = { ...(body["stream_options"] as object | undefined), include_usage: true };
  return { streamed, text: JSON.stringify({ ...body, model, ...(streamed && { stream_options: options }) }) };
}

function isBody(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Aborts when nobody calls `alive` for `silenceMs`. */
function watchSilence(): { signal: AbortSignal; alive(): void; end(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error("the model service fell silent")), silenceMs);
  timer.unref();
  return { signal: controller.signal, alive: () => void timer.refresh(), end: () => clearTimeout(timer) };
}

interface Reading {
  run: AgentRun;
  logger: Logger;
  usage: UsageReader;
  silence: { alive(): void; end(): void };
  /** Whether nobody wants the answer any more. */
  ended: () => boolean;
}

function count({ run, usage, silence }: Reading): void {
  silence.end();
  const { inputTokens, outputTokens, microUsd } = usage.total();
  run.usage.inputTokens += inputTokens;
  run.usage.outputTokens += outputTokens;
  run.usage.microUsd += microUsd;
}

/**
 * Passes a stream on unchanged, reading along. When it breaks off, the agent is told so in the stream: a connection that is
 * cut sends kilo looking for the public internet (runtime.md §2, T3).
 */
async function* passStream(body: ReadableStream<Uint8Array>, reading: Reading): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body) {
      const text = decoder.decode(chunk, { stream: true });
      // Keep-alive comments of a provider are no work.
      if (!text.startsWith(":")) {
        reading.silence.alive();
        reading.run.activeAt = new Date();
      }
      reading.usage.read(text);
      yield chunk;
    }
  } catch (cause) {
    // An agent that ends takes its call with it; that is no fault of the provider's.
    if (!reading.ended())
      reading.logger.warn({ ...logFields(reading.run), error: cause }, "the model service broke off in its answer");
    const error = { message: "The model service broke off in the middle of its answer.", type: errorType };
    yield new TextEncoder().encode(`data: ${JSON.stringify({ error })}\n\n`);
  } finally {
    count(reading);
  }
}

async function passWhole(answer: Response, reading: Reading): Promise<string> {
  const text = await answer.text();
  reading.usage.read(text);
  // A provider that refuses, again and again, is no work of the agent's.
  if (answer.ok) reading.run.activeAt = new Date();
  count(reading);
  return text;
}

function authorization(key: string | null): Record<string, string> {
  return key === null ? {} : { authorization: `Bearer ${key}` };
}

interface Call {
  run: AgentRun;
  body: Record<string, unknown>;
  /** Aborts when the agent goes away. */
  gone: AbortSignal;
}

/** The provider's answer as the agent gets it. Throws when there is none. */
async function passOn(call: Call, { model, key, logger }: ModelRoutesOptions): Promise<Response> {
  const { run } = call;
  const asked = modelFor(run, call.body["model"]);
  const { streamed, text } = outgoing(call.body, asked);
  const silence = watchSilence();
  try {
    const answer = await fetch(`${model.url.replace(/\/+$/, "")}/chat/completions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        ...authorization(key()),
      },
      body: text,
      signal: AbortSignal.any([call.gone, run.stop.signal, silence.signal]),
    });
    silence.alive();
    run.answers.set(asked, { status: answer.status, accepted: answer.ok || run.answers.get(asked)?.accepted === true });
    if (!answer.ok) logger.warn({ ...logFields(run), status: answer.status }, "the model service answered an error");
    const passed = passedHeaders.flatMap((name): [string, string][] => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    const asStream = streamed && answer.ok && answer.body !== null;
    const ended = (): boolean => call.gone.aborted || run.stop.signal.aborted;
    const reading = { run, logger, usage: createUsageReader(asStream), silence, ended };
    const body = asStream ? ReadableStream.from(passStream(answer.body, reading)) : await passWhole(answer, reading);
    return new Response(body, { status: answer.status, headers: passed });
  } catch (error) {
    silence.end();
    throw error;
  }
}

/**
 * The model service agents see: OpenAI's chat completions with the agent's own token. The provider's key is added here and is
 * nowhere in an agent's reach; tokens are counted here; errors of the provider are passed on as they are; an agent that goes
 * away takes its call with it.
 */
export function modelRoutes(options: ModelRoutesOptions): Hono {
  const { access, logger } = options;
  const routes = new Hono();
  routes.get("/v1/models", (c) => {
    const run = access.find(c.req.header("authorization"));
    if (run === null) return failure(c, 401, "This token belongs to no running agent.");
    return c.json({ object: "list", data: [{ id: run.model, object: "model", created: 0, owned_by: "gastown" }] });
  });
  routes.post("/v1/chat/completions", async (c) => {
    const run = access.find(c.req.header("authorization"));
    if (run === null) return failure(c, 401, "This token belongs to no running agent.");
    const body: unknown = await c.req.json().catch(() => null);
    if (!isBody(body)) return failure(c, 400, "The body is not a JSON object.");
    const gone = c.req.raw.signal;
    try {
      return await passOn({ run, body, gone }, options);
    } catch (error) {
      if (!gone.aborted && !run.stop.signal.aborted)
        logger.warn({ ...logFields(run), error }, "the model service did not answer");
      return failure(c, 502, "The model service could not be reached by the container host.");
    }
  });
  return routes;
}
