import { noTown, parseSubject, subjectOf, type DataOf, type Query, type ReplyOf } from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import type { Bus } from "../connect.ts";
import type { InputOf } from "../envelope/new-envelope.ts";
import { request, type Answered, type Schema } from "./request.ts";
import { respond } from "./respond.ts";

export interface AskOptions<Q extends Query> {
  /** A town id, or `noTown` for what belongs to the installation. */
  town: string;
  data: InputOf<Q>;
  /** 5 s by default. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

/** How a question came. */
export interface QuestionMeta {
  /** The answering service's: aborted when it stops. */
  readonly signal: AbortSignal;
}

const timeoutMs = 5_000;

/**
 * The answer of the query's owner, and the `EVT` sequence it is as of (null when the owner cannot say). Throws QueryError, or the
 * signal's reason.
 */
export function ask<Q extends Query>(bus: Bus, q: Q, options: AskOptions<Q>): Promise<Answered<ReplyOf<Q>>> {
  return request<ReplyOf<Q>>(bus, {
    subject: subjectOf(q, options.town),
    data: { schema: q.data, value: options.data },
    reply: q.reply as Schema<ReplyOf<Q>>,
    timeoutMs: options.timeoutMs ?? timeoutMs,
    signal: options.signal,
  });
}

/**
 * Answers a query for every town until the signal aborts; replicas of an owner share the questions. `town` is `noTown` for what
 * belongs to the installation. The handler throws QueryError for what it will not answer.
 */
// oxlint-disable-next-line eslint/max-params -- the handler reads best before its options
export function answer<Q extends Query>(
  bus: Bus,
  q: Q,
  handler: (town: string, data: DataOf<Q>, meta: QuestionMeta) => Promise<Answered<ReplyOf<Q>>>,
  { logger, signal }: { logger: Logger; signal: AbortSignal },
): void {
  respond<DataOf<Q>, ReplyOf<Q>>(bus, {
    subject: `qry.${q.owner}.*.${q.entity}.${q.verb}`,
    queue: q.owner,
    data: q.data as Schema<DataOf<Q>>,
    reply: q.reply as Schema<ReplyOf<Q>>,
    answer: (subject, data) => handler(parseSubject(subject)?.town ?? noTown, data, { signal }),
    logger,
    signal,
  });
}
