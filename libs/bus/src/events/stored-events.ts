import type { Bus } from "../connect.ts";
import { wireOf } from "../wire.ts";
import { eventStreamInfo } from "./follow-events.ts";

/**
 * What a relay must see of `EVT` to find the events that a crash of the server has lost, so that it publishes them again
 * (nats §5.2): the first and last sequence the stream holds, and the id of the event with a sequence, null when it holds none.
 */
export function storedEvents(bus: Bus): {
  range(): Promise<{ firstSeq: number; lastSeq: number }>;
  idAt(seq: number): Promise<string | null>;
} {
  return {
    range: () => eventStreamInfo(bus),
    async idAt(seq) {
      const message = await wireOf(bus).manager.streams.getMessage("EVT", { seq });
      return message?.header.get("Nats-Msg-Id") || null;
    },
  };
}
