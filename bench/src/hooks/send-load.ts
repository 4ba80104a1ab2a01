import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { createRequire } from "node:module";
import { setTimeout as delay } from "node:timers/promises";

const require = createRequire(import.meta.url);

export interface Load {
  readonly url: URL;
  readonly secret: string;
  readonly rate: number;
  readonly seconds: number;
}

/** What became of what was sent. */
export interface Sent {
  /** Ids that were answered with 202, in the order of the answers. */
  readonly accepted: readonly string[];
  /** How many were answered otherwise, by status; `none`: not at all within ten seconds. */
  readonly others: Readonly<Record<string, number>>;
  /** From the moment a delivery was due until it was answered with 202, in milliseconds, sorted. */
  readonly latencies: readonly number[];
  /** From the first one due until the last answer. */
  readonly tookMs: number;
  readonly meanBytes: number;
}

interface Payload {
  readonly event: string;
  readonly body: Buffer;
  readonly signature: string;
}

/** As long as GitHub waits (scm §3.3). */
const patienceMs = 10_000;
const sockets = 256;

/**
 * Sends deliveries at the moments they are due, also when those before have no answer yet: a slow answer makes the next ones late for
 * nobody but themselves (an open loop). Each has an id of its own; the bodies are the published examples, in turn.
 */
export async function sendLoad(load: Load): Promise<Sent> {
  const payloads = signedPayloads(load.secret);
  const total = load.rate * load.seconds;
  const agent = new Agent({ keepAlive: true, maxSockets: sockets, scheduling: "fifo" });
  const outcome = { accepted: [] as string[], others: {} as Record<string, number>, latencies: [] as number[] };
  const running: Promise<void>[] = [];
  const began = performance.now();
  const dueAt = (n: number): number => began + (n * 1_000) / load.rate;
  let bytes = 0;
  for (let n = 0; n < total;) {
    for (const now = performance.now(); n < total && dueAt(n) <= now; n++) {
      const payload = payloads[n % payloads.length];
      if (payload === undefined) throw new Error("there are no payloads");
      bytes += payload.body.length;
      running.push(sendOne({ load, agent, payload, due: dueAt(n) }, outcome));
    }
    await delay(1);
  }
  await Promise.all(running);
  agent.destroy();
  const latencies = outcome.latencies.toSorted((one, other) => one - other);
  return { ...outcome, latencies, tookMs: performance.now() - began, meanBytes: Math.round(bytes / total) };
}

interface Definition {
  readonly name: string;
  readonly examples: readonly object[];
}

function signedPayloads(secret: string): Payload[] {
  // Its types are those of another package, and what it exports is not what they say.
  const definitions = require("@octokit/webhooks-examples") as readonly Definition[];
  return definitions.flatMap(({ name, examples }) =>
    examples.map((example) => {
      const body = Buffer.from(JSON.stringify(example));
      return { event: name, body, signature: `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` };
    }),
  );
}

interface One {
  readonly load: Load;
  readonly agent: Agent;
  readonly payload: Payload;
  /** By `performance.now()`. */
  readonly due: number;
}

async function sendOne(
  { load, agent, payload, due }: One,
  outcome: { accepted: string[]; others: Record<string, number>; latencies: number[] },
): Promise<void> {
  const delivery = randomUUID();
  const status = await post({ url: load.url, agent, payload, delivery });
  if (status === 202) {
    outcome.accepted.push(delivery);
    outcome.latencies.push(performance.now() - due);
  } else {
    const key = status === null ? "none" : String(status);
    outcome.others[key] = (outcome.others[key] ?? 0) + 1;
  }
}

interface Posting {
  readonly url: URL;
  readonly agent: Agent;
  readonly payload: Payload;
  readonly delivery: string;
}

/** The status, or null without an answer in time. */
function post({ url, agent, payload, delivery }: Posting): Promise<number | null> {
  return new Promise((resolve) => {
    const sending = request(url, {
      method: "POST",
      agent,
      timeout: patienceMs,
      headers: {
        "content-type": "application/json",
        "content-length": payload.body.length,
        "x-github-event": payload.event,
        "x-github-delivery": delivery,
        "x-hub-signature-256": payload.signature,
      },
    });
    sending.on("response", (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? null));
      response.on("error", () => resolve(null));
    });
    sending.on("timeout", () => sending.destroy());
    sending.on("error", () => resolve(null));
    sending.end(payload.body);
  });
}
