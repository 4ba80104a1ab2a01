import { span, type TraceCarrier } from "@gastown/telemetry";
import { headers, RequestError, TimeoutError } from "@nats-io/nats-core";
import { orAborted } from "../abortable.ts";
import type { Bus } from "../connect.ts";
import { ConnectionLostError } from "../connection-lost-error.ts";
import { describeIssues } from "../envelope/describe-issues.ts";
import { destinationTemplate } from "../trace/destination.ts";
import { setTraceHeaders } from "../trace/headers.ts";
import { messageAttributes } from "../trace/message-attributes.ts";
import { wireOf } from "../wire.ts";
import { isQueryErrorCode, QueryError } from "./query-error.ts";

/** The part of a schema that is used here. */
export interface Schema<Output> {
  safeParse(
    data: unknown,
  ):
    | { success: true; data: Output }
    | { success: false; error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] } };
}

export interface Request<Reply> {
  subject: string;
  data: { schema: Schema<unknown>; value: unknown };
  reply: Schema<Reply>;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface Answered<Reply> {
  seq: number | null;
  data: Reply;
}

/** Asks over core request/reply. Both the question and the answer are checked. Throws QueryError, or the signal's reason. */
export async function request<Reply>(bus: Bus, wanted: Request<Reply>): Promise<Answered<Reply>> {
  const { subject, data } = wanted;
  const checked = data.schema.safeParse(data.value);
  if (!checked.success) throw new QueryError("invalid", describeIssues(checked.error));
  const options = { kind: "client", attributes: messageAttributes("send", subject) } as const;
  const answer = await span(`send ${destinationTemplate(subject)}`, options, async (asking) => {
    try {
      return await exchange(bus, { ...wanted, body: JSON.stringify(checked.data), carrier: asking.carrier() });
    } catch (error) {
      const refused = requestError(subject, error);
      // That something does not exist is an answer, and no fault of the trace.
      if (!(refused instanceof QueryError) || refused.code === "unavailable" || refused.code === "failed")
        throw refused;
      return refused;
    }
  });
  if (answer instanceof QueryError) throw answer;
  return answer;
}

interface Exchange<Reply> extends Request<Reply> {
  body: string;
  carrier: TraceCarrier;
}

async function exchange<Reply>(
  bus: Bus,
  { subject, body, carrier, ...wanted }: Exchange<Reply>,
): Promise<Answered<Reply>> {
  const fields = headers();
  setTraceHeaders(fields, carrier);
  fields.set("Content-Type", "application/json");
  const options = { timeout: wanted.timeoutMs, headers: fields };
  const { connection, lost } = wireOf(bus);
  const answer = orAborted(connection.request(subject, body, options), lost());
  const message = await orAborted(answer, wanted.signal);
  return readAnswer(message.string(), wanted.reply);
}

function requestError(subject: string, cause: unknown): unknown {
  if (cause instanceof ConnectionLostError) return new QueryError("unavailable", cause.message, { cause });
  if (cause instanceof TimeoutError)
    return new QueryError("unavailable", `nobody answered ${subject} in time`, { cause });
  if (cause instanceof RequestError) {
    const why = cause.isNoResponders() ? "nobody answers" : `cannot ask (${cause.message})`;
    return new QueryError("unavailable", `${why} ${subject}`, { cause });
  }
  return cause;
}

function readAnswer<Reply>(text: string, schema: Schema<Reply>): Answered<Reply> {
  const answer = parse(text);
  if (answer["ok"] !== true) {
    const { code, message } = answer;
    throw new QueryError(
      isQueryErrorCode(code) ? code : "failed",
      typeof message === "string" ? message : "the answer has no reason",
    );
  }
  const data = schema.safeParse(answer["data"]);
  if (!data.success) throw new QueryError("failed", `the answer breaks its contract: ${describeIssues(data.error)}`);
  return { seq: typeof answer["seq"] === "number" ? answer["seq"] : null, data: data.data };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    throw new QueryError("failed", "the answer is not JSON", { cause: error });
  }
  throw new QueryError("failed", "the answer is not an object");
}
