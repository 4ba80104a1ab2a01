import { hookSubject, newId, type HookProvider } from "@gastown/contracts";
import { span } from "@gastown/telemetry";
import type { Bus } from "../connect.ts";
import { PublishError, storeBytes, type Published } from "../publish.ts";
import { destinationTemplate } from "../trace/destination.ts";
import { setTraceHeaders } from "../trace/headers.ts";
import { messageAttributes } from "../trace/message-attributes.ts";
import { packHookBody } from "./hook-body.ts";
import { hookHeaders } from "./hook-fields.ts";

/** A delivery whose sender is known. */
export interface HookToPublish {
  readonly provider: HookProvider;
  readonly event: string;
  readonly delivery: string;
  readonly action: string | null;
  readonly receivedAt: Date;
  /** As it came. */
  readonly body: Uint8Array;
  /** Keeps what signals are made of, for a body that would not fit. */
  readonly reduce: (raw: Uint8Array) => Uint8Array;
  /** Stored though one of this id was, a moment ago. */
  readonly anew?: boolean;
}

/**
 * The delivery is in stream `HOOK`, once for its id (within ten minutes; after that the inbox knows it). Throws PublishError, and
 * HookTooLargeError. A bus that is known to be away is not waited for: the forge waits for its answer.
 */
export async function publishHook(bus: Bus, hook: HookToPublish): Promise<Published> {
  const { provider, event, delivery, action, receivedAt } = hook;
  if (!bus.connected()) throw new PublishError("unavailable", "NATS is not connected");
  const subject = hookSubject(provider, event);
  const { encoding, body } = await packHookBody(hook.body, hook.reduce);
  const id = `${provider}:${delivery}${hook.anew === true ? `:${newId()}` : ""}`;
  return span(
    () => `send ${destinationTemplate(subject)}`,
    () => ({ kind: "producer", attributes: { ...messageAttributes("send", subject), "messaging.message.id": id } }),
    (sending) => {
      const fields = hookHeaders({ provider, event, delivery, action, receivedAt, encoding, bytes: hook.body.length });
      setTraceHeaders(fields, sending.carrier());
      return storeBytes(bus, { subject, body, fields, id });
    },
  );
}
