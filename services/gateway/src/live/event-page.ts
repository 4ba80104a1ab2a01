import { eventStreamInfo, followEvents } from "@gastown/bus";
import type { Envelope } from "@gastown/contracts";
import type { GatewayContext } from "../context.ts";
import type { Reply } from "../operation.ts";
import { Problem } from "../problem.ts";

/** A page ends early when its events are longer than this together. */
const maxPageChars = 4 * 1024 * 1024;
const readMs = 10_000;

interface EventPage {
  items: { seq: number; event: Envelope }[];
  next: string | null;
  oldest: number;
}

interface Asked {
  /** A pattern: of a town, or of the installation. */
  subjects: string;
  /** The last sequence the caller has. */
  from: number;
  limit: number;
  signal: AbortSignal;
}

/** Up to `limit` events of these subjects after `from`, and where the next page begins. */
export async function readEventPage(
  { bus, feed }: Pick<GatewayContext, "bus" | "feed">,
  asked: Asked,
): Promise<Reply<EventPage>> {
  if (!bus.connected()) throw new Problem("bus_unavailable", { detail: "The gateway is not connected to NATS." });
  const { firstSeq, lastSeq } = await eventStreamInfo(bus);
  const items: EventPage["items"] = [];
  let chars = 0;
  const fromSeq = Math.max(asked.from + 1, firstSeq);
  if (fromSeq <= lastSeq) {
    const reading = AbortSignal.any([asked.signal, AbortSignal.timeout(readMs)]);
    await feed.catchUp(reading, async () => {
      const events = followEvents(bus, { subjects: [asked.subjects], fromSeq, until: lastSeq, signal: reading });
      for await (const { seq, envelope } of events) {
        items.push({ seq, event: envelope });
        chars += JSON.stringify(envelope).length;
        if (items.length === asked.limit || chars > maxPageChars) break;
      }
    });
    if (reading.aborted) throw new Problem("bus_unavailable", { detail: "NATS did not deliver the events in time." });
  }
  const last = items.at(-1)?.seq;
  const full = items.length === asked.limit || chars > maxPageChars;
  const more = full && last !== undefined && last < lastSeq;
  return { seq: lastSeq, data: { items, next: more ? String(last) : null, oldest: firstSeq } };
}
