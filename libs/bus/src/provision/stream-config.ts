import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  ReplayPolicy,
  RetentionPolicy,
  StorageType,
} from "@nats-io/jetstream";
import type { ConsumerConfig, StreamConfig } from "@nats-io/jetstream";
import { nanos } from "@nats-io/nats-core";
import { shardedCommands, type ConsumerSpec, type StreamSpec } from "../topology.ts";

/** Who adds the shard to a command: the stream itself (from 2.10 on), or the configuration of the server. */
export type Sharding = "transform" | "mapping";

/** What the server is asked for. Nothing is set that an old server does not know: it would be dropped, or refused (nats §1.3). */
export function streamConfig(spec: StreamSpec, sharding: Sharding): Partial<StreamConfig> & { name: string } {
  return {
    name: spec.name,
    description: spec.description,
    subjects: [...spec.subjects],
    retention: RetentionPolicy.Limits,
    storage: StorageType.File,
    discard: spec.discard === "new" ? DiscardPolicy.New : DiscardPolicy.Old,
    max_age: nanos(spec.maxAgeMs),
    max_bytes: spec.maxBytes,
    max_msg_size: spec.maxMessageBytes,
    max_msgs_per_subject: spec.maxPerSubject ?? -1,
    duplicate_window: nanos(spec.duplicateWindowMs),
    allow_direct: true,
    ...shardingConfig(spec, sharding),
  };
}

function shardingConfig(spec: StreamSpec, by: Sharding): Partial<StreamConfig> {
  if (spec.sharding === undefined) return {};
  if (by === "mapping") return { subjects: spec.subjects.map((subject) => `${subject}.*`) };
  const [src] = spec.subjects;
  const dest = shardedCommands(spec.sharding.owner, spec.sharding.shards);
  return { subject_transform: { ...(src === undefined ? {} : { src }), dest } };
}

/** The durable consumer the server is asked for. */
export function consumerConfig(spec: ConsumerSpec): Partial<ConsumerConfig> & { durable_name: string } {
  return {
    durable_name: spec.name,
    description: spec.description,
    filter_subject: spec.filter,
    deliver_policy: DeliverPolicy.All,
    replay_policy: ReplayPolicy.Instant,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(spec.ackWaitMs),
    max_ack_pending: spec.maxAckPending,
    max_deliver: spec.maxDeliver ?? -1,
  };
}
