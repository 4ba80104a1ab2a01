import { newId, type HookProvider } from "@gastown/contracts";
import { injectTrace } from "@gastown/telemetry";
import { DeliverPolicy, JetStreamApiError, type StoredMsg } from "@nats-io/jetstream";
import { headers } from "@nats-io/nats-core";
import { deadline, onAbort } from "../abortable.ts";
import type { Bus } from "../connect.ts";
import { storeBytes, type Published } from "../publish.ts";
import { setTraceHeaders } from "../trace/headers.ts";
import { wireOf } from "../wire.ts";
import { unpackHookBody } from "./hook-body.ts";
import { markAgain, readHookFields, type HookFields, type HookSource } from "./hook-fields.ts";

/** A delivery as it is stored. One that was sent again, or replayed, is stored more than once. */
export interface StoredHook extends HookFields {
  /** In stream `HOOK`. */
  readonly seq: number;
  readonly at: Date;
}

export interface HookQuery {
  readonly limit: number;
  /** Only those before this sequence. */
  readonly after?: number | undefined;
  readonly provider?: HookProvider | undefined;
  readonly event?: string | undefined;
}

/** How many messages one page looks at, whatever it finds. */
const lookedAtMost = 2_000;
const searchTimeoutMs = 20_000;

/** Deliveries in stream `HOOK`, newest first; `next` is the `after` of the following page, or null. A page may be short, or empty. */
export async function listHooks(
  bus: Bus,
  { limit, after = Number.POSITIVE_INFINITY, ...wanted }: HookQuery,
): Promise<{ items: StoredHook[]; next: number | null }> {
  const { state } = await wireOf(bus).manager.streams.info("HOOK");
  const first = Math.max(1, state.first_seq);
  const items: StoredHook[] = [];
  let seq = Math.min(state.last_seq, after - 1);
  for (const end = Math.max(first - 1, seq - lookedAtMost); seq > end && items.length < limit; seq--) {
    const hook = await storedHook(bus, seq);
    if (hook !== null && isWanted(hook, wanted)) items.push(hook);
  }
  return { items, next: seq >= first ? seq + 1 : null };
}

function isWanted(
  hook: StoredHook,
  { provider = hook.provider, event = hook.event }: Omit<HookQuery, "limit">,
): boolean {
  return provider === hook.provider && event === hook.event;
}

async function storedHook(bus: Bus, seq: number): Promise<StoredHook | null> {
  const stored = await storedAt(bus, seq);
  return stored === null ? null : hookOf(sourceOf(stored));
}

/** A delivery as it was stored last, with its body (see `encoding` for how much of it); null when it is not kept, or never came. */
export async function findHook(
  bus: Bus,
  wanted: { provider: HookProvider; delivery: string },
): Promise<(StoredHook & { body: Uint8Array }) | null> {
  const seq = await lastSeqOf(bus, wanted);
  const stored = seq === null ? null : await storedAt(bus, seq);
  const hook = stored === null ? null : hookOf(sourceOf(stored));
  if (stored === null || hook === null) return null;
  return { ...hook, body: await unpackHookBody({ encoding: hook.encoding, body: stored.data }) };
}

/**
 * The delivery is stored once more, under a new message id, and is handled again though it was before. Null when it is not kept any
 * more. Throws PublishError.
 */
export async function replayHook(
  bus: Bus,
  wanted: { provider: HookProvider; delivery: string },
): Promise<(Published & { event: string }) | null> {
  const seq = await lastSeqOf(bus, wanted);
  const stored = seq === null ? null : await storedAt(bus, seq);
  const hook = stored === null ? null : hookOf(sourceOf(stored));
  if (stored === null || hook === null) return null;
  const fields = headers();
  for (const [name, values] of stored.header) {
    // What NATS itself wrote would have it refused, and the trace was that of another cause.
    if (!/^(?:nats-|trace)/i.test(name)) for (const value of values) fields.append(name, value);
  }
  fields.set("Hook-Delivery", hook.delivery);
  markAgain(fields, stored.seq);
  setTraceHeaders(fields, injectTrace());
  const published = await storeBytes(bus, {
    subject: stored.subject,
    body: stored.data,
    fields,
    id: `replay:${newId()}`,
  });
  return { ...published, event: hook.event };
}

/** Looks through the headers of all that is stored of a provider; 40,000 deliveries take less than a second. */
async function lastSeqOf(
  bus: Bus,
  { provider, delivery }: { provider: HookProvider; delivery: string },
): Promise<number | null> {
  const consumer = await wireOf(bus).stream.consumers.get("HOOK", {
    filter_subjects: `hook.${provider}.>`,
    deliver_policy: DeliverPolicy.All,
    headers_only: true,
  });
  const search = deadline(searchTimeoutMs);
  try {
    let { num_pending: pending } = await consumer.info();
    if (pending === 0) return null;
    let found: number | null = null;
    const messages = await consumer.consume();
    onAbort(search.signal, () => messages.stop());
    for await (const { subject, headers: header, seq, time, data: body, info } of messages) {
      ({ pending } = info);
      if (readHookFields({ subject, header, seq, time, body })?.delivery === delivery) found = seq;
      if (pending === 0) break;
    }
    if (pending > 0) throw new Error(`stream HOOK was not looked through within ${searchTimeoutMs} ms`);
    return found;
  } finally {
    search.clear();
    await consumer.delete().catch(() => undefined); // without a reader it ends by itself after five minutes
  }
}

function hookOf(source: HookSource): StoredHook | null {
  const fields = readHookFields(source);
  return fields === null ? null : { ...fields, seq: source.seq, at: source.time };
}

function sourceOf({ subject, header, seq, time, data: body }: StoredMsg): HookSource {
  return { subject, header, seq, time, body };
}

async function storedAt(bus: Bus, seq: number): Promise<StoredMsg | null> {
  try {
    return await wireOf(bus).manager.direct.getMessage("HOOK", { seq });
  } catch (error) {
    if (error instanceof JetStreamApiError) return null;
    throw error;
  }
}
