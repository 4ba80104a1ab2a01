import { capabilitiesOf } from "./capabilities.ts";
import { publishedCommands, shardedCommands, streams } from "./topology.ts";

export interface NatsConfigOptions {
  /** What `nats-server --version` says: it decides which settings the server knows. */
  version: string;
  port: number;
  /** Where JetStream keeps its files; it makes `jetstream/` in it. */
  storeDir: string;
  /** The address to listen on; loopback by default (nats §5.3: Debian's unit and the docker image listen everywhere). */
  host?: string;
  /** Where `/healthz`, `/varz` and `/jsz` are served, as `host:port`; nowhere by default. */
  monitor?: string;
  /** The lines that say who may connect. None: everybody who can reach the port, which is right on loopback and alone only. */
  auth?: readonly string[];
  /** Room for all streams, in bytes; 4 GiB by default. A stream is refused when its limit does not fit. */
  maxFileBytes?: number;
}

/** The configuration of our nats-server (written to a file, given with `-c`), right for its version. Pure. */
export function natsConfig(options: NatsConfigOptions): string {
  const has = capabilitiesOf(options.version);
  return [
    `# Made by natsConfig of libs/bus for nats-server ${options.version}. Change it there.`,
    "server_name: gastown",
    `listen: ${quote(`${options.host ?? "127.0.0.1"}:${options.port}`)}`,
    ...(options.monitor === undefined ? [] : [`http: ${quote(options.monitor)}`]),
    "max_payload: 1MB",
    "# A container says in one line all that it may do, with its town's name in each: 6 kB for the longest; the default is 4 kB.",
    "max_control_line: 16KB",
    "",
    "jetstream {",
    `  store_dir: ${quote(options.storeDir)}`,
    "  max_mem: 64MB",
    `  max_file: ${options.maxFileBytes ?? 4 * 1024 ** 3}`,
    ...(has.syncInterval
      ? [
          "  # What is acknowledged is on the disk; the default is to write it within two minutes.",
          "  sync_interval: always",
        ]
      : []),
    "}",
    // With accounts of their own mappings are theirs.
    ...(has.subjectTransform || options.auth !== undefined ? [] : ["", ...shardMappings()]),
    ...(options.auth === undefined ? [] : ["", ...options.auth]),
    "",
  ].join("\n");
}

/** By which a server below 2.10 adds the shard to commands: what is published, and what becomes of it. */
export function shardMapping(): readonly (readonly [published: string, sharded: string])[] {
  return streams.flatMap(({ sharding }) =>
    sharding === undefined
      ? []
      : [[publishedCommands(sharding.owner), shardedCommands(sharding.owner, sharding.shards)] as const],
  );
}

/** The mappings as lines of the server's configuration. */
export function shardMappings(): string[] {
  const lines = shardMapping().map(([published, sharded]) => `  ${quote(published)}: ${quote(sharded)}`);
  return ["# The shard of a command's town, as its last token.", "mappings {", ...lines, "}"];
}

function quote(text: string): string {
  return JSON.stringify(text);
}
