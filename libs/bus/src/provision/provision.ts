import type { Logger } from "@gastown/telemetry";
import {
  JetStreamApiCodes,
  JetStreamApiError,
  type ConsumerConfig,
  type ConsumerInfo,
  type JetStreamManager,
  type StreamConfig,
} from "@nats-io/jetstream";
import type { Bus } from "../connect.ts";
import { streams, type ConsumerSpec, type StreamSpec } from "../topology.ts";
import { wireOf } from "../wire.ts";
import { checkShards } from "./check-shards.ts";
import { detectSharding } from "./detect-sharding.ts";
import { ensure, type Resource } from "./ensure.ts";
import type { ProvisionReport } from "./provision-report.ts";
import { consumerConfig, streamConfig, type Sharding } from "./stream-config.ts";

/**
 * After it every stream and durable consumer exists, and commands get their shard. What exists is compared and changed where it
 * can be; what cannot is in the report and in the log. May be run at any time, by any number of processes, while services work.
 * Throws ProvisionError, which says what to configure, when the server cannot hold our streams or cannot shard.
 */
export async function provision(bus: Bus, { logger }: { logger: Logger }): Promise<ProvisionReport> {
  const wire = wireOf(bus);
  const sharding = await detectSharding(wire.connection);
  const report: ProvisionReport = {
    serverVersion: bus.serverVersion,
    sharding,
    created: [],
    updated: [],
    unchanged: [],
    dropped: [],
    differs: [],
  };
  for (const spec of streams) {
    await ensure(streamResource(wire.manager, spec, sharding), report);
    await provisionConsumers(wire.manager, spec, report);
  }
  for (const { sharding: sharded } of streams) {
    if (sharded !== undefined) await checkShards(wire, sharded.owner, sharded.shards);
  }
  tell(report, logger);
  return report;
}

async function provisionConsumers(manager: JetStreamManager, spec: StreamSpec, report: ProvisionReport): Promise<void> {
  if (spec.consumers.length === 0) return;
  const found = new Map<string, ConsumerInfo>();
  for await (const info of manager.consumers.list(spec.name)) found.set(info.name, info);
  await Promise.all(
    spec.consumers.map((consumer) =>
      ensure(consumerResource(manager, { stream: spec.name, spec: consumer, found: found.get(consumer.name) }), report),
    ),
  );
}

/** One stream, as provisioning sees it. */
export function streamResource(
  { streams: api }: JetStreamManager,
  spec: StreamSpec,
  sharding: Sharding,
): Resource<Partial<StreamConfig>> {
  const wanted = streamConfig(spec, sharding);
  return {
    name: spec.name,
    wanted,
    find: async () => {
      try {
        return (await api.info(spec.name)).config;
      } catch (error) {
        if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return null;
        throw error;
      }
    },
    create: async () => (await api.add(wanted)).config,
    update: async (changes) => (await api.update(spec.name, changes)).config,
  };
}

interface FoundConsumer {
  stream: string;
  spec: ConsumerSpec;
  found: ConsumerInfo | undefined;
}

function consumerResource(
  { consumers: api }: JetStreamManager,
  { stream, spec, found }: FoundConsumer,
): Resource<Partial<ConsumerConfig>> {
  const wanted = consumerConfig(spec);
  return {
    name: `${stream}/${spec.name}`,
    wanted,
    find: () => Promise.resolve(found?.config ?? null),
    create: async () => (await api.add(stream, wanted)).config,
    update: async (changes) => (await api.update(stream, spec.name, changes)).config,
  };
}

function tell(report: ProvisionReport, logger: Logger): void {
  const { serverVersion, sharding, created, updated, unchanged, dropped, differs } = report;
  for (const remaining of dropped) logger.warn({ ...remaining }, "NATS dropped a setting");
  for (const remaining of differs) logger.warn({ ...remaining }, "a stream or consumer is not as wanted");
  const counts = { created: created.length, updated: updated.length, unchanged: unchanged.length };
  logger.info({ serverVersion, sharding, ...counts }, "streams are provisioned");
}
