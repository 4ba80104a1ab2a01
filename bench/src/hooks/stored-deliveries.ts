import { DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

/** Ids of all deliveries in stream `HOOK`, as the server tells them; a delivery that is there twice is named twice. */
export async function storedDeliveries(natsUrl: string): Promise<string[]> {
  const connection = await connect({ servers: natsUrl });
  try {
    const { state } = await (await jetstreamManager(connection)).streams.info("HOOK");
    const found: string[] = [];
    if (state.messages === 0) return found;
    const consumer = await jetstream(connection).consumers.get("HOOK", {
      deliver_policy: DeliverPolicy.All,
      headers_only: true,
    });
    for await (const message of await consumer.consume({ max_messages: 1_000 })) {
      found.push(message.headers?.get("Hook-Delivery") ?? "");
      if (message.info.pending === 0) break;
    }
    return found;
  } finally {
    await connection.close();
  }
}
