import type { JsMsg } from "@nats-io/jetstream";
import type { Bus } from "./connect.ts";

/** The part of a received message that settling needs. */
export type Settleable = Pick<JsMsg, "ack" | "nak" | "term" | "working">;

/** Longer ones are cut: a reason is read in a log and in an advisory. */
const maxReasonLength = 200;
/** `nak` without a delay delivers again at once, for ever (nats §1.4). */
const minNakMs = 50;

/** How a received message ends, right for every server version. Each is final: a second one on the same message does nothing. */
export const settle = {
  /**
   * It is done. Whether the server heard it is not waited for, which would cost a round trip (nats §2.1): when it did not the message
   * comes again, and its inbox row settles it.
   */
  done(message: Settleable): void {
    message.ack();
  },

  /**
   * It never comes again. The reason is told to servers that understand it; the others would take it for no settlement at all
   * and deliver the message again after `ack_wait`, for ever (nats §1.4).
   */
  term(bus: Pick<Bus, "capabilities">, message: Settleable, reason: string): void {
    if (bus.capabilities.termReason) message.term(oneLine(reason).slice(0, maxReasonLength));
    else message.term();
  },

  /** It comes again after `afterMs` milliseconds; until then its shard waits. */
  again(message: Settleable, afterMs: number): void {
    message.nak(Math.max(minNakMs, Math.round(afterMs)));
  },
};

/** Text that may stand in a protocol line or a header. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f]+/g, " ").trim();
}
