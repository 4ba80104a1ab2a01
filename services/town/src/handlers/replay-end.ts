import { followEvents, QueryError, StreamResetError, type Bus } from "@gastown/bus";
import type { DataOf, replayTown } from "@gastown/contracts";
import type { LogEnd } from "../store/read-log.ts";

const lookMs = 4_000;

/**
 * Where a replay ends: an entry, a moment, or the moment of the event with a stream sequence. `{}` is the end of the log. Throws
 * QueryError when more than one is given, or when the stream has no such event of the town.
 */
export async function replayEnd(bus: Bus, town: string, data: DataOf<typeof replayTown>): Promise<LogEnd> {
  const { at, entry, seq } = data;
  if ([at, entry, seq].filter((end) => end !== undefined).length > 1) {
    throw new QueryError("invalid", "give one of at, entry and seq");
  }
  if (entry !== undefined) return { entry };
  if (at !== undefined) return { at: new Date(at) };
  return seq === undefined ? {} : { at: await momentOf(bus, town, seq) };
}

async function momentOf(bus: Bus, town: string, seq: number): Promise<Date> {
  const events = followEvents(bus, { fromSeq: seq, until: seq, signal: AbortSignal.timeout(lookMs) });
  try {
    for await (const { envelope, seq: found } of events) {
      if (found !== seq) break;
      if (envelope.townid === town) return new Date(envelope.time);
      throw new QueryError("invalid", `seq: event ${seq} is one of town ${envelope.townid}`);
    }
  } catch (error) {
    // The stream ends before it.
    if (!(error instanceof StreamResetError)) throw error;
  }
  throw new QueryError("not_found", `there is no event ${seq} in the stream any more, or not yet`);
}
