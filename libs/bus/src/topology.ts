import { shardCount, type Owner } from "@gastown/contracts";

/** A stream as we want it. All keep what they hold (`limits`), on file, readable by sequence (nats D4, §4.3). */
export interface StreamSpec {
  readonly name: string;
  readonly description: string;
  readonly subjects: readonly string[];
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly maxMessageBytes: number;
  readonly maxPerSubject?: number;
  /** What happens when it is full: `new` refuses, `old` forgets. */
  readonly discard: "new" | "old";
  /** How long a message id is remembered. */
  readonly duplicateWindowMs: number;
  /** Set on command streams: the server adds `partition(shards)` of the town as the last token. */
  readonly sharding?: { readonly owner: Owner; readonly shards: number };
  readonly consumers: readonly ConsumerSpec[];
}

/** A durable pull consumer as we want it; acknowledgements are explicit. */
export interface ConsumerSpec {
  readonly name: string;
  readonly description: string;
  readonly filter: string;
  readonly ackWaitMs: number;
  readonly maxAckPending: number;
  /** Null: without end. */
  readonly maxDeliver: number | null;
}

const minute = 60_000;
const day = 24 * 60 * minute;
const mebibyte = 1024 * 1024;
const maxMessageBytes = 512 * 1024;

/** Command shards by owner. A shard's order is a town's order; the two with 8 only record wishes (decision 0004). */
export const shardsOf: Readonly<Record<Owner, number>> = { town: shardCount, dispatcher: 8, scm: 8 };

/** How often a command is handed out before it is a dead letter (nats §3.3). */
export const maxDeliver = 8;

/** How long a silent holder keeps a message. `working()` comes three times as often; a dead replica costs its shards this long. */
const ackWaitMs = 10_000;

/** The stream of an owner's commands. */
export function commandStream(owner: Owner): string {
  return `CMD_${owner.toUpperCase()}`;
}

/** The durable consumer of one shard. */
export function shardConsumer(owner: Owner, shard: number): string {
  return `${owner}-${shard}`;
}

/** The durable consumer of an owner's advisories. */
export function advisoryConsumer(owner: Owner): string {
  return `adv-${owner}`;
}

/** The durable consumer of webhooks. */
export const hookConsumer = "scm-hooks";

/** The largest body of a webhook that is stored as it is; the rest of a message of `HOOK` is its headers. */
export const largestHookBody = maxMessageBytes - 16 * 1024;

/** Where a command is published: fixed arity, so that no transform applies twice (nats §3.7). */
export function publishedCommands(owner: Owner): string {
  return `cmd.${owner}.*.*.*`;
}

/** What a published command's subject becomes, in the words of the server. */
export function shardedCommands(owner: Owner, shards: number): string {
  return `cmd.${owner}.{{wildcard(1)}}.{{wildcard(2)}}.{{wildcard(3)}}.{{partition(${shards},1)}}`;
}

const maxDeliveriesAdvisory = "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES";
const owners: readonly Owner[] = ["town", "dispatcher", "scm"];

function commands(owner: Owner, maxBytes: number): StreamSpec {
  const shards = shardsOf[owner];
  return {
    name: commandStream(owner),
    description: `Commands to ${owner}`,
    subjects: [publishedCommands(owner)],
    maxAgeMs: 7 * day,
    maxBytes,
    maxMessageBytes,
    discard: "new",
    duplicateWindowMs: 10 * minute,
    sharding: { owner, shards },
    consumers: Array.from({ length: shards }, (_, shard) => ({
      name: shardConsumer(owner, shard),
      description: `Shard ${shard} of ${shards}, in order`,
      filter: `${publishedCommands(owner)}.${shard}`,
      ackWaitMs,
      maxAckPending: 1,
      maxDeliver,
    })),
  };
}

/** Every stream of an installation, with its durable consumers. */
export const streams: readonly StreamSpec[] = [
  commands("town", 256 * mebibyte),
  commands("dispatcher", 128 * mebibyte),
  commands("scm", 128 * mebibyte),
  {
    name: "EVT",
    description: "What the services say happened",
    subjects: ["evt.>"],
    maxAgeMs: 30 * day,
    maxBytes: 512 * mebibyte,
    maxMessageBytes,
    discard: "old",
    duplicateWindowMs: 10 * minute,
    consumers: [],
  },
  {
    name: "HOOK",
    description: "Webhooks of forges as they came",
    subjects: ["hook.>"],
    maxAgeMs: 7 * day,
    // Some 40,000 deliveries of 13 KiB. What it forgets before it was handled, the sweep over open pull requests finds (scm §3.2).
    maxBytes: 512 * mebibyte,
    maxMessageBytes,
    discard: "old",
    duplicateWindowMs: 10 * minute,
    consumers: [
      {
        name: hookConsumer,
        description: "Deliveries that pull requests are to be read for",
        filter: "hook.>",
        ackWaitMs,
        maxAckPending: 512,
        // The consumer itself files the dead letter: the server would pass over the delivery.
        maxDeliver: null,
      },
    ],
  },
  {
    name: "OUT",
    description: "Output of agents, the last lines of each",
    subjects: ["out.*.*"],
    maxAgeMs: 7 * day,
    maxBytes: 256 * mebibyte,
    maxMessageBytes: 64 * 1024,
    maxPerSubject: 2_000,
    discard: "old",
    duplicateWindowMs: 2 * minute,
    consumers: [],
  },
  {
    name: "SNAP",
    description: "Sessions of agents that remember, the newest of each (decision 0015)",
    subjects: ["snap.*.*.*.*"],
    maxAgeMs: 90 * day,
    maxBytes: 512 * mebibyte,
    maxMessageBytes,
    // Two slots are written in turn, so that a half-written snapshot never takes the place of a whole one.
    maxPerSubject: 1,
    // A snapshot that lost a piece is found by its checksum, and counts as none.
    discard: "old",
    duplicateWindowMs: 2 * minute,
    consumers: [],
  },
  {
    name: "RUN",
    description: "Marks of the services that run; one that is left tells of a crash",
    subjects: ["run.*.*"],
    // Longer than any service runs without being made anew.
    maxAgeMs: 365 * day,
    maxBytes: 8 * mebibyte,
    maxMessageBytes: 16 * 1024,
    maxPerSubject: 1,
    discard: "old",
    duplicateWindowMs: 2 * minute,
    consumers: [],
  },
  {
    name: "DLQ",
    description: "Messages nobody could handle, as they were",
    subjects: ["dlq.>"],
    maxAgeMs: 30 * day,
    maxBytes: 128 * mebibyte,
    // A copy is its original and some headers.
    maxMessageBytes: maxMessageBytes + 64 * 1024,
    discard: "old",
    // As long as advisories are kept, so that the second net never files a message that was filed before.
    duplicateWindowMs: 7 * day,
    consumers: [],
  },
  {
    name: "ADV",
    description: "Advisories of the server about messages that were given up",
    subjects: [`${maxDeliveriesAdvisory}.>`, "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.>"],
    maxAgeMs: 7 * day,
    maxBytes: 32 * mebibyte,
    maxMessageBytes: 64 * 1024,
    discard: "old",
    duplicateWindowMs: 2 * minute,
    consumers: owners.map((owner) => ({
      name: advisoryConsumer(owner),
      description: `Commands to ${owner} that were delivered too often`,
      filter: `${maxDeliveriesAdvisory}.${commandStream(owner)}.*`,
      ackWaitMs: 30_000,
      maxAckPending: 10,
      maxDeliver: null,
    })),
  },
];
