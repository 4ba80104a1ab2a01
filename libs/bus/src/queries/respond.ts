import { span, type Logger, type Span } from "@gastown/telemetry";
import type { Msg } from "@nats-io/nats-core";
import { onAbort } from "../abortable.ts";
import type { Bus } from "../connect.ts";
import { describeIssues } from "../envelope/describe-issues.ts";
import { destinationTemplate } from "../trace/destination.ts";
import { traceHeaders } from "../trace/headers.ts";
import { messageAttributes } from "../trace/message-attributes.ts";
import { wireOf } from "../wire.ts";
import { QueryError } from "./query-error.ts";
import type { Answered, Schema } from "./request.ts";

export interface Responder<Data, Reply> {
  /** Several who answer the same subject share the questions. */
  queue?: string;
  subject: string;
  data: Schema<Data>;
  reply: Schema<Reply>;
  /** `subject` is the one that was asked. A thrown QueryError is told to the asker, any other error is `failed`. */
  answer: (subject: string, data: Data) => Promise<Answered<Reply>>;
  logger: Logger;
  /** Aborted, no more questions are taken; those that were are answered. */
  signal: AbortSignal;
}

/** Answers questions on a subject until the signal aborts, each on its own. */
export function respond<Data, Reply>(bus: Bus, responder: Responder<Data, Reply>): void {
  const { subject, queue, logger, signal } = responder;
  const subscription = wireOf(bus).connection.subscribe(subject, {
    ...(queue === undefined ? {} : { queue }),
    callback: (error, message) => {
      if (error) logger.error({ subject, err: error }, "questions cannot be taken");
      else void answerOne(bus, responder, message);
    },
  });
  onAbort(signal, () => {
    if (!subscription.isClosed())
      subscription.drain().catch((error: unknown) => logger.debug({ subject, err: error }, "drain ended early"));
  });
}

async function answerOne<Data, Reply>(bus: Bus, responder: Responder<Data, Reply>, message: Msg): Promise<void> {
  const { logger } = responder;
  const carrier = traceHeaders(message.headers);
  const attributes = messageAttributes("process", message.subject);
  const context = carrier.traceparent === undefined ? { root: true } : { parent: carrier };
  try {
    await span(
      `process ${destinationTemplate(message.subject)}`,
      { kind: "server", attributes, ...context },
      async (answering) => send(bus, message, await answerText(responder, message, answering)),
    );
  } catch (error) {
    logger.error({ subject: message.subject, err: error }, "a question could not be answered");
  }
}

async function answerText<Data, Reply>(
  responder: Responder<Data, Reply>,
  message: Msg,
  answering: Span,
): Promise<string> {
  try {
    const checked = responder.data.safeParse(readQuestion(message.string()));
    if (!checked.success) throw new QueryError("invalid", describeIssues(checked.error));
    const { seq, data } = await responder.answer(message.subject, checked.data);
    const reply = responder.reply.safeParse(data);
    if (!reply.success) throw new Error(`the answer breaks its contract: ${describeIssues(reply.error)}`);
    return JSON.stringify({ ok: true, seq, data: reply.data });
  } catch (error) {
    if (error instanceof QueryError) return JSON.stringify({ ok: false, code: error.code, message: error.message });
    responder.logger.error({ subject: message.subject, err: error }, "a question failed");
    answering.setError(error instanceof Error ? error.message : String(error));
    return JSON.stringify({ ok: false, code: "failed", message: "the service has a fault; its log says more" });
  }
}

/** An empty body asks for nothing in particular, as `nats req` does. */
function readQuestion(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new QueryError("invalid", "the question is not JSON", { cause: error });
  }
}

function send(bus: Bus, message: Msg, text: string): void {
  const limit = wireOf(bus).connection.info?.max_payload ?? Number.POSITIVE_INFINITY;
  const fits = Buffer.byteLength(text) <= limit;
  message.respond(
    fits ? text : JSON.stringify({ ok: false, code: "failed", message: "the answer is too large: ask for less" }),
  );
}
