import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectBus, eventStreamInfo, followEvents } from "@gastown/bus";
import type { Envelope } from "@gastown/contracts";
import { createLogger } from "@gastown/telemetry";

/** All events of the product of this state folder from the first to the newest, read as people do: with the file for them. */
export async function toldEvents(state: string): Promise<Envelope[]> {
  const { port } = JSON.parse(await readFile(join(state, "nats.json"), "utf8")) as { port: number };
  const credentials = await readFile(join(state, "ops.creds"), "utf8");
  const logger = createLogger("chaos", { level: "silent" });
  const servers = `nats://127.0.0.1:${port}`;
  const bus = await connectBus({ servers, name: "chaos", inboxPrefix: "_INBOX_ops", credentials, logger });
  const stop = new AbortController();
  const found: Envelope[] = [];
  try {
    const { lastSeq } = await eventStreamInfo(bus);
    if (lastSeq === 0) return found;
    const all = followEvents(bus, { fromSeq: 1, until: lastSeq, signal: stop.signal });
    for await (const { envelope } of all) found.push(envelope);
    return found;
  } finally {
    stop.abort();
    await bus.close();
  }
}
