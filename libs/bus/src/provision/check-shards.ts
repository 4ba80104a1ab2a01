import { noTown, type Owner } from "@gastown/contracts";
import { JetStreamApiError } from "@nats-io/jetstream";
import { probeSubject } from "../probe.ts";
import { shardOf } from "../shard-of.ts";
import { commandStream } from "../topology.ts";
import type { Wire } from "../wire.ts";
import { ProvisionError } from "./provision-report.ts";

const noMessageFound = 10037;
const streamFull = 10077;

/**
 * Publishes a probe, reads back under which subject it was stored, and removes it. Throws ProvisionError when the shard is wrong.
 * A full stream is not asked: it has to be drained first.
 */
export async function checkShards({ stream, manager }: Wire, owner: Owner, shards: number): Promise<void> {
  const name = commandStream(owner);
  const seq = await publishProbe(stream, owner);
  if (seq === null) return;
  const stored = await manager.streams.getMessage(name, { seq });
  await remove({ manager }, name, seq);
  const wanted = `${probeSubject(owner)}.${shardOf(noTown, shards)}`;
  if (stored?.subject === wanted) return;
  throw new ProvisionError(
    `${name} stored a probe as "${stored?.subject ?? "nothing"}" instead of "${wanted}": the server divides commands into another ` +
      `number of shards than ${shards}. Correct the mappings in its configuration, or the stream's subject transform.`,
  );
}

async function publishProbe(stream: Wire["stream"], owner: Owner): Promise<number | null> {
  try {
    return (await stream.publish(probeSubject(owner), "")).seq;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === streamFull) return null;
    throw error;
  }
}

async function remove({ manager }: Pick<Wire, "manager">, stream: string, seq: number): Promise<void> {
  try {
    await manager.streams.deleteMessage(stream, seq, false);
  } catch (error) {
    if (!(error instanceof JetStreamApiError && error.code === noMessageFound)) throw error;
  }
}
