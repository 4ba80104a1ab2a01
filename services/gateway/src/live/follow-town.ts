import { followEvents, type Bus } from "@gastown/bus";
import { eventsOf } from "@gastown/contracts";
import type { Feed, ResetReason } from "./feed.ts";
import { eventFrame, helloFrame, resetFrame } from "./frames.ts";
import type { Outbox } from "./outbox.ts";
import type { Framed } from "./ring.ts";

export interface Following {
  town: string;
  /** The last sequence the watcher has; undefined: only what is new. */
  from: number | undefined;
  /** The log that `from` is a sequence of, as a `hello` said; undefined: whatever it is. */
  stream: string | undefined;
  outbox: Outbox;
  /** Ends when the socket is closed. */
  signal: AbortSignal;
}

/**
 * The socket is sent `hello`, then every event of the town after `from` in order, each once, then what is new as it comes; or
 * `reset` and what is new, when the log does not reach back to `from` (nats §6). Resolves when the socket is live; the answer
 * ends it.
 */
export async function followTown({ bus, feed }: { bus: Bus; feed: Feed }, following: Following): Promise<() => void> {
  const { town, outbox, signal } = following;
  const log = await feed.look();
  outbox.send(helloFrame(feed.lastSeq, log.created));
  const reason = resetReason(following, log);
  if (reason !== null) outbox.send(resetFrame(reason, feed.lastSeq));
  let sent = reason !== null || following.from === undefined ? feed.lastSeq : following.from;

  for (;;) {
    if (signal.aborted) return () => undefined;
    const recent = feed.after(town, sent);
    // Nothing is awaited between this look and `watch`, so no event can come in between.
    if (recent?.length === 0) break;
    sent =
      recent === null
        ? await catchUp({ bus, feed }, following, { after: sent, until: feed.lastSeq })
        : await sendAll(recent, following, sent);
  }
  return feed.watch(town, {
    event({ seq, frame }) {
      if (seq <= sent) return;
      sent = seq;
      outbox.send(frame);
    },
    reset(why) {
      sent = feed.lastSeq;
      outbox.send(resetFrame(why, sent));
    },
  });
}

/** Sends events that are at hand, as fast as the socket takes them. Answers how far it came. */
async function sendAll(events: Framed[], { outbox, signal }: Following, from: number): Promise<number> {
  let sent = from;
  for (const { seq, frame } of events) {
    if (!(await outbox.drained(signal))) break;
    outbox.send(frame);
    sent = seq;
  }
  return sent;
}

function resetReason(
  { from, stream }: Following,
  log: { created: string; firstSeq: number; lastSeq: number },
): ResetReason | null {
  if (from === undefined) return null;
  if (stream !== undefined && stream !== log.created) return "stream_recreated";
  if (from > log.lastSeq) return "ahead";
  return from + 1 < log.firstSeq ? "too_old" : null;
}

/** Sends the town's events of `(after, until]` from the log, as fast as the socket takes them. Answers how far it came. */
async function catchUp(
  { bus, feed }: { bus: Bus; feed: Feed },
  { town, outbox, signal }: Following,
  { after, until }: { after: number; until: number },
): Promise<number> {
  await feed.catchUp(signal, async () => {
    const events = followEvents(bus, { subjects: [eventsOf(town)], fromSeq: after + 1, until, signal });
    for await (const { seq, envelope } of events) {
      if (!(await outbox.drained(signal))) break;
      outbox.send(eventFrame(seq, envelope));
    }
  });
  return until;
}
