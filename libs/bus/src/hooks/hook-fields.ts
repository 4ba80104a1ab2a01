import { hookDelivery, parseHookSubject, type HookProvider } from "@gastown/contracts";
import { headers, type MsgHdrs } from "@nats-io/nats-core";
import type { HookEncoding } from "./hook-body.ts";

/** What the headers of a message of `HOOK` say. */
export interface HookFields {
  readonly provider: HookProvider;
  readonly event: string;
  readonly delivery: string;
  readonly action: string | null;
  readonly receivedAt: Date;
  readonly encoding: HookEncoding;
  /** Of the body as it came. */
  readonly bytes: number;
  /** A person wants it handled though it was handled before. */
  readonly again: boolean;
}

const encodings: readonly HookEncoding[] = ["identity", "gzip", "reduced"];

/** Headers that `readHookFields` reads back. */
export function hookHeaders(fields: Omit<HookFields, "again">): MsgHdrs {
  const made = headers();
  made.set("Content-Type", "application/json");
  made.set("Hook-Provider", fields.provider);
  made.set("Hook-Delivery", fields.delivery);
  made.set("Hook-Event", fields.event);
  if (fields.action !== null) made.set("Hook-Action", fields.action);
  made.set("Hook-Received-At", fields.receivedAt.toISOString());
  made.set("Hook-Encoding", fields.encoding);
  made.set("Hook-Bytes", String(fields.bytes));
  return made;
}

/** Has `readHookFields` say `again`. */
export function markAgain(fields: MsgHdrs, seq: number): void {
  fields.set("Hook-Replay-Of", String(seq));
}

/** A message as far as its fields need it. */
export interface HookSource {
  readonly subject: string;
  readonly header: MsgHdrs | undefined;
  readonly seq: number;
  readonly time: Date;
  readonly body: Uint8Array;
}

/**
 * Reads a message of `HOOK`; null when its subject or encoding is none of ours. One that a person published by hand needs no headers:
 * its delivery is then its message id, or made from its sequence.
 */
export function readHookFields({ subject, header, seq, time, body }: HookSource): HookFields | null {
  const parsed = parseHookSubject(subject);
  const field = (name: string): string | null => header?.get(name) || null;
  const encoding = encodings.find((known) => known === (field("Hook-Encoding") ?? "identity"));
  if (parsed === null || encoding === undefined) return null;
  const received = new Date(field("Hook-Received-At") ?? time);
  return {
    ...parsed,
    delivery: deliveryOf([field("Hook-Delivery"), field("Nats-Msg-Id")]) ?? `seq-${seq}`,
    action: field("Hook-Action"),
    receivedAt: Number.isNaN(received.getTime()) ? time : received,
    encoding,
    bytes: Number(field("Hook-Bytes") ?? body.length),
    again: field("Hook-Replay-Of") !== null,
  };
}

function deliveryOf(candidates: readonly (string | null)[]): string | null {
  return candidates.find((text) => hookDelivery.safeParse(text).success) ?? null;
}
