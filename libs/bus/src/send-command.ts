import {
  findQuery,
  verdict as verdictSchema,
  verdictSubject,
  type Command,
  type Envelope,
  type getTownVerdict,
  type Verdict,
} from "@gastown/contracts";
import { deadline, pause } from "./abortable.ts";
import type { Bus } from "./connect.ts";
import { publish, PublishError, type Published } from "./publish.ts";
import { ask } from "./queries/queries.ts";
import { QueryError } from "./queries/query-error.ts";
import { wireOf } from "./wire.ts";

export interface SendOptions {
  /** How long to wait for the verdict, in milliseconds. */
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** The command is stored and will be decided, but was not in time. Its verdict can be asked for by its id. */
export class VerdictTimeoutError extends Error {
  override name = "VerdictTimeoutError";
  readonly command: string;
  constructor(command: string, timeoutMs: number) {
    super(`command ${command} is accepted, but has no verdict after ${timeoutMs} ms`);
    this.command = command;
  }
}

/** The waits before the owner is asked, in case the wake-up was missed; the last one repeats. */
const askAfterMs = [500, 1_000, 2_000, 4_000];
const askTimeoutMs = 2_000;
const publishAgainMs = 250;

/**
 * Publishes a command and waits for its verdict. The same envelope again gives the same verdict. Throws VerdictTimeoutError when it
 * is accepted but not decided in time, PublishError when it could not be stored, or the signal's reason.
 */
// oxlint-disable-next-line eslint/max-params -- bus and message as in publish, then options
export async function sendCommand(bus: Bus, d: Command, envelope: Envelope, options: SendOptions): Promise<Verdict> {
  const ended = new AbortController();
  const time = deadline(options.timeoutMs);
  const signal = AbortSignal.any([
    ended.signal,
    time.signal,
    ...(options.signal === undefined ? [] : [options.signal]),
  ]);
  // Subscribed before publishing: the verdict can be told before the publish is confirmed.
  const heard = listen(bus, d, envelope);
  try {
    return await Promise.race([heard.verdict, publishAndAsk(bus, { d, envelope, options, signal })]);
  } finally {
    time.clear();
    ended.abort();
    heard.close();
  }
}

interface Sending {
  d: Command;
  envelope: Envelope;
  options: SendOptions;
  /** Aborted when the time is over, the caller gives up or the verdict was heard. */
  signal: AbortSignal;
}

function listen(bus: Bus, d: Command, envelope: Envelope): { verdict: Promise<Verdict>; close(): void } {
  const { connection, logger } = wireOf(bus);
  const heard = Promise.withResolvers<Verdict>();
  const subscription = connection.subscribe(verdictSubject(d.owner, envelope.townid, envelope.id), {
    callback: (error, message) => {
      const verdict = error ? null : readVerdict(message.string());
      if (verdict === null) logger.warn({ command: envelope.id, err: error }, "a verdict could not be heard");
      else heard.resolve(verdict);
    },
  });
  return { verdict: heard.promise, close: () => subscription.unsubscribe() };
}

function readVerdict(text: string): Verdict | null {
  try {
    const parsed = verdictSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

async function publishAndAsk(bus: Bus, sending: Sending): Promise<Verdict> {
  const { d, envelope, options, signal } = sending;
  const { duplicate } = await publishUntilStored(bus, sending);
  // Every owner answers this one (contracts: `<owner>.command.get`).
  const query = findQuery(`${d.owner}.command.get`) as typeof getTownVerdict;
  for (let asked = 0; !signal.aborted; asked++) {
    // The first command of this id may have been decided before we listened.
    const wait = duplicate && asked === 0 ? 0 : askAfterMs[Math.min(asked, askAfterMs.length - 1)];
    await pause(wait ?? 0, signal);
    if (signal.aborted) break;
    const verdict = await askOwner(bus, query, envelope);
    if (verdict !== null) return verdict;
  }
  options.signal?.throwIfAborted();
  throw new VerdictTimeoutError(envelope.id, options.timeoutMs);
}

/** Again and again with the same id while NATS cannot be reached, which stores it once. */
async function publishUntilStored(bus: Bus, { d, envelope, options, signal }: Sending): Promise<Published> {
  for (;;) {
    try {
      return await publish(bus, d, envelope);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof PublishError) || error.code === "refused" || signal.aborted) throw error;
    }
    await pause(publishAgainMs, signal);
  }
}

async function askOwner(bus: Bus, query: typeof getTownVerdict, envelope: Envelope): Promise<Verdict | null> {
  try {
    const question = { town: envelope.townid, data: { command: envelope.id }, timeoutMs: askTimeoutMs };
    return (await ask(bus, query, question)).data.verdict;
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    wireOf(bus).logger.debug({ command: envelope.id, reason: error.message }, "the owner does not tell a verdict yet");
    return null;
  }
}
