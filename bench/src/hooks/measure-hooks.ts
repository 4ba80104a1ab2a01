import { setTimeout as delay } from "node:timers/promises";
import { connectBus, listDeadLetters, provision } from "@gastown/bus";
import { numberFrom, type Ground } from "../contender.ts";
import { cpuSecondsOf } from "../cpu-seconds.ts";
import { silent } from "../silent.ts";
import type { HookOptions } from "./options.ts";
import { sendLoad } from "./send-load.ts";
import { startScm } from "./start-scm.ts";
import { storedDeliveries } from "./stored-deliveries.ts";

export interface HookResults {
  readonly rate: number;
  readonly seconds: number;
  readonly meanBytes: number;
  readonly sent: number;
  readonly accepted: number;
  /** Answered otherwise, by status; `none`: not answered. */
  readonly others: Readonly<Record<string, number>>;
  /** Accepted per second, from the first one due until the last answer. */
  readonly perSecond: number;
  /** Messages in stream HOOK. */
  readonly stored: number;
  /** Accepted and not in the stream: must be 0. */
  readonly lost: number;
  readonly storedTwice: number;
  /** Rows of the inbox that are done. */
  readonly handled: number;
  /** From the first one due until the last was handled. */
  readonly handledAfterMs: number;
  readonly deadLetters: number;
  /** Processor time of scm for each delivery, at the door and behind the stream, in milliseconds. */
  readonly cpuMs: number;
  /** Of those accepted, from the moment each was due. */
  readonly latencyMs: { readonly p50: number; readonly p90: number; readonly p99: number; readonly max: number };
}

const secret = "a secret of the webhook";
const handlePatienceMs = 180_000;
const warmUpSeconds = 2;

/** One run on fresh servers. Nothing is asserted; `lost` and `handled` say how it went. */
export async function measureHooks(
  ground: Ground,
  { rate, seconds }: HookOptions,
  say: (line: string) => void,
): Promise<HookResults> {
  const bus = await connectBus({ servers: ground.natsUrl, name: "bench", inboxPrefix: "_INBOX_bench", logger: silent });
  try {
    await provision(bus, { logger: silent });
    const scm = await startScm(ground, secret);
    try {
      say("warming up");
      const warm = await sendLoad({ url: scm.url, secret, rate: Math.min(rate, 500), seconds: warmUpSeconds });
      await untilHandled(ground, warm.accepted.length);
      say(`sending ${rate} deliveries a second for ${seconds} s`);
      const [began, cpu] = [performance.now(), cpuSecondsOf(scm.pid)];
      const sent = await sendLoad({ url: scm.url, secret, rate, seconds });
      say("waiting until all are handled");
      const handled = (await untilHandled(ground, warm.accepted.length + sent.accepted.length)) - warm.accepted.length;
      const handledAfterMs = Math.round(performance.now() - began);
      const stored = await storedDeliveries(ground.natsUrl);
      const there = new Set(stored);
      const warmed = new Set(warm.accepted);
      return {
        rate,
        seconds,
        meanBytes: sent.meanBytes,
        sent: rate * seconds,
        accepted: sent.accepted.length,
        others: sent.others,
        perSecond: Math.round((sent.accepted.length / sent.tookMs) * 1_000),
        stored: stored.filter((id) => !warmed.has(id)).length,
        lost: sent.accepted.filter((id) => !there.has(id)).length,
        storedTwice: stored.length - there.size,
        handled,
        handledAfterMs,
        deadLetters: (await listDeadLetters(bus, { limit: 500 })).items.length,
        cpuMs: Number((((cpuSecondsOf(scm.pid) - cpu) * 1_000) / sent.accepted.length).toFixed(3)),
        latencyMs: percentiles(sent.latencies),
      };
    } finally {
      await scm.stop();
    }
  } finally {
    await bus.close();
  }
}

async function untilHandled({ client }: Ground, wanted: number): Promise<number> {
  const count = () => numberFrom(client, "select count(*) as n from scm.deliveries where status = 'done'");
  let done = await count();
  for (const end = Date.now() + handlePatienceMs; done < wanted && Date.now() < end; done = await count())
    await delay(100);
  return done;
}

function percentiles(sorted: readonly number[]): HookResults["latencyMs"] {
  const at = (part: number): number => {
    const value = sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
    return Number(value.toFixed(1));
  };
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
