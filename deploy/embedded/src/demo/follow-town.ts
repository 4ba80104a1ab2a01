import { answered, type GastownClient } from "@gastown/client";
import { envelope, type Envelope } from "@gastown/contracts";

const pageSize = 500;

/** Calls `each` for every event of the town that is kept, oldest first; answers the sequence the log had then. */
export async function readTown(
  { http }: GastownClient,
  town: string,
  each: (event: Envelope) => void,
): Promise<number> {
  let seq = 0;
  for (let from: number | null = 0; from !== null;) {
    const query: { from: number; limit: number } = { from, limit: pageSize };
    const page = await answered(http.GET("/v1/towns/{town}/events", { params: { path: { town }, query } }));
    for (const { event } of page.data.items) each(envelope.parse(event));
    seq = page.seq ?? seq;
    from = page.data.next === null ? null : Number(page.data.next);
  }
  return seq;
}

/** Calls `each` for every event after `from`, in order, each once, until the signal aborts; reconnects for ever. */
export async function followTown(
  client: GastownClient,
  options: { town: string; from: number; signal: AbortSignal },
  each: (event: Envelope) => void,
): Promise<void> {
  for await (const frame of client.watchTown(options)) if (frame.type === "event") each(envelope.parse(frame.event));
}
