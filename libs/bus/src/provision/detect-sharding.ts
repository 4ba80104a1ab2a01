import type { Owner } from "@gastown/contracts";
import { headers, type NatsConnection } from "@nats-io/nats-core";
import { probeSubject } from "../probe.ts";
import { capabilitiesOf } from "../capabilities.ts";
import { shardMappings } from "../server-config.ts";
import { shardsOf } from "../topology.ts";
import { ProvisionError } from "./provision-report.ts";
import type { Sharding } from "./stream-config.ts";

const probeTimeoutMs = 5_000;
const owners = Object.keys(shardsOf) as Owner[];

/**
 * How this server gives commands their shard: by a mapping of its configuration when it has one, else by the streams. Throws
 * ProvisionError, with the lines to add, when it can do neither, and when only some owners are mapped.
 */
export async function detectSharding(connection: NatsConnection): Promise<Sharding> {
  const mapped = await Promise.all(owners.map((owner) => isMapped(connection, owner)));
  if (mapped.every(Boolean)) return "mapping";
  const version = connection.info?.version ?? "";
  if (mapped.some(Boolean)) throw unsharded(version, "maps only some commands to shards");
  if (capabilitiesOf(version).subjectTransform) return "transform";
  throw unsharded(version, "does not map commands to shards");
}

/** Sends a command nobody stores (no stream has the name it expects) and sees under which subject it comes back. */
async function isMapped(connection: NatsConnection, owner: Owner): Promise<boolean> {
  const back = Promise.withResolvers<string>();
  const subscriptions = [probeSubject(owner), `${probeSubject(owner)}.*`].map((subject) =>
    connection.subscribe(subject, {
      callback: (error, message) => (error ? back.reject(error) : back.resolve(message.subject)),
    }),
  );
  const timer = setTimeout(
    () => back.reject(new ProvisionError("NATS did not return a probe in time.")),
    probeTimeoutMs,
  );
  const unstored = headers();
  unstored.set("Nats-Expected-Stream", "NONE");
  try {
    connection.publish(probeSubject(owner), "", { headers: unstored });
    return (await back.promise) !== probeSubject(owner);
  } finally {
    clearTimeout(timer);
    for (const subscription of subscriptions) subscription.unsubscribe();
  }
}

function unsharded(version: string, what: string): ProvisionError {
  return new ProvisionError(
    [
      `nats-server ${version} ${what}. Use 2.10 or newer, or put this into its configuration and reload it:`,
      ...shardMappings(),
    ].join("\n"),
  );
}
