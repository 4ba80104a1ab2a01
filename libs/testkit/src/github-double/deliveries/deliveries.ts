import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { Deliveries, Delivery, DeliveryFaults, DeliveryRecord } from "../ports.ts";
import { DeliveryChance } from "./delivery-chance.ts";
import { examplePayload } from "./example-payload.ts";
import { hookHeaders, hookId } from "./hook-headers.ts";
import { postHook, type HookAnswer } from "./post-hook.ts";

export interface DeliveriesOptions {
  /** Milliseconds since the epoch. */
  now(): number;
  readonly secret: string;
  readonly url?: string;
  /** What the hook's headers name; default 1. */
  readonly appId?: number;
  /** How long a receiver has; default 10 s (scm §3.3). */
  readonly answerTimeoutMs?: number;
}
export interface DeliveriesDouble extends Deliveries {
  /** What GitHub sends when a hook is made. */
  ping(): void;
}

type Letter = Pick<DeliveryRecord, "guid" | "event" | "action" | "installation" | "repositoryId"> & {
  readonly body: string;
  readonly redelivery: boolean;
};

/** Deliveries are kept for 3 days (scm §1.11), and not more than so many. */
const keptMs = 3 * 24 * 60 * 60_000;
const keptCount = 4_000;
/** A delivery that is held back for the next one waits so long at most. */
const heldMs = 250;

const neverSent: HookAnswer = {
  statusCode: 0,
  status: "failed to connect to host",
  duration: 0,
  headers: {},
  body: "",
};

/** Signed deliveries, one after the other, each once: what goes wrong is what `faults` say. A redelivery always is sent. */
export function createDeliveries(options: DeliveriesOptions): DeliveriesDouble {
  return new Outbox(options);
}

class Outbox implements DeliveriesDouble {
  url: string | null;
  secret: string;
  readonly faults: DeliveryFaults = { seed: 1, lossRate: 0, duplicateRate: 0, reorderRate: 0, delayMs: 0 };
  readonly #options: DeliveriesOptions;
  readonly #chance = new DeliveryChance();
  readonly #closed = new AbortController();
  readonly #underway = new Set<Promise<void>>();
  /** Oldest first. */
  #records: DeliveryRecord[] = [];
  #lastId = 12_000_000_000;
  #held: { readonly letter: Letter; readonly timer: NodeJS.Timeout } | null = null;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.url = options.url ?? null;
    this.secret = options.secret;
  }

  get log(): readonly DeliveryRecord[] {
    return this.#records.toReversed();
  }

  send(delivery: Delivery): void {
    if (this.url === null || this.#closed.signal.aborted) return;
    const { event, action, installation, repositoryId } = delivery;
    const body = JSON.stringify(examplePayload(event, delivery.body()));
    const letter = { guid: randomUUID(), event, action, installation, repositoryId, body, redelivery: false };
    const fate = this.#chance.next(this.faults);
    if (fate.lost) {
      this.#write(letter, this.#headers(letter), neverSent);
    } else if (fate.held && this.#held === null) {
      this.#held = { letter, timer: setTimeout(() => this.#release(), heldMs) };
    } else {
      this.#post(letter);
      if (fate.doubled) this.#post(letter);
      this.#release();
    }
  }

  redeliver(id: number): DeliveryRecord | null {
    const record = this.#records.find((one) => one.id === id);
    if (record === undefined) return null;
    const { guid, event, action, installation, repositoryId } = record;
    const body = record.request.body;
    this.#post({ guid, event, action, installation, repositoryId, body, redelivery: true });
    return record;
  }

  ping(): void {
    const hook = { type: "App", id: hookId, app_id: this.#options.appId ?? 1, active: true, config: { url: this.url } };
    const body = () => ({ zen: "Keep it logically awesome.", hook_id: hookId, hook });
    this.send({ event: "ping", action: null, installation: 0, repositoryId: null, body });
  }

  async settled(): Promise<void> {
    this.#release();
    while (this.#underway.size > 0) await Promise.all(this.#underway);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    if (this.#held !== null) clearTimeout(this.#held.timer);
    this.#held = null;
    await Promise.all(this.#underway);
  }

  #release(): void {
    if (this.#held === null) return;
    const { letter, timer } = this.#held;
    clearTimeout(timer);
    this.#held = null;
    this.#post(letter);
  }

  /** It takes its turn after its delay. */
  #post(letter: Letter): void {
    const { signal } = this.#closed;
    const { delayMs } = this.faults;
    const turn = this.#turn;
    const sent = (delayMs === 0 ? Promise.resolve() : wait(delayMs, undefined, { signal }))
      .then(() => turn)
      .then(() => (signal.aborted ? undefined : this.#deliver(letter)))
      // A wait that `close` ended; posting itself never fails.
      .catch(() => undefined);
    this.#turn = sent;
    this.#underway.add(sent);
    void sent.then(() => this.#underway.delete(sent));
  }

  async #deliver(letter: Letter): Promise<void> {
    const { url } = this;
    if (url === null) return;
    const { answerTimeoutMs: timeoutMs = 10_000 } = this.#options;
    const headers = this.#headers(letter);
    const answer = await postHook({ url, headers, body: letter.body, timeoutMs, signal: this.#closed.signal });
    this.#write(letter, headers, answer);
  }

  #headers({ guid, event, body }: Letter): Record<string, string> {
    return hookHeaders({ guid, event, body, secret: this.secret, appId: this.#options.appId ?? 1 });
  }

  #write(letter: Letter, headers: Readonly<Record<string, string>>, answer: HookAnswer): void {
    const { body, ...told } = letter;
    const { statusCode, status, duration } = answer;
    const deliveredAt = this.#options.now();
    this.#lastId += 1;
    this.#records.push({
      ...told,
      id: this.#lastId,
      deliveredAt,
      duration,
      status,
      statusCode,
      url: this.url ?? "",
      request: { headers, body },
      response: { headers: answer.headers, body: answer.body },
    });
    const oldest = this.#records[0];
    if (this.#records.length > keptCount || (oldest !== undefined && oldest.deliveredAt < deliveredAt - keptMs))
      this.#records = this.#records.slice(-keptCount).filter((one) => one.deliveredAt >= deliveredAt - keptMs);
  }
}
