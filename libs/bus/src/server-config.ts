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
  /** Who may connect. None: everybody who can reach the port, which is right on loopback only. */
  users?: readonly NatsUser[];
  /** Room for all streams, in bytes; 4 GiB by default. A stream is refused when its limit does not fit. */
  maxFileBytes?: number;
}

export interface NatsUser {
  readonly name: string;
  /** The environment variable of the server that holds the password. The server does not start without it. */
  readonly passwordVariable: string;
}

/** The users of an installation: `ops` provisions and is for people, the others are the services and container hosts. */
export const natsUsers: readonly NatsUser[] = ["ops", "gateway", "town", "dispatcher", "scm", "container"].map(
  (name) => ({
    name,
    passwordVariable: `NATS_${name.toUpperCase()}_PASSWORD`,
  }),
);

/** The configuration of our nats-server (written to a file, given with `-c`), right for its version. Pure. */
export function natsConfig(options: NatsConfigOptions): string {
  const has = capabilitiesOf(options.version);
  return [
    `# Made by natsConfig of libs/bus for nats-server ${options.version}. Change it there.`,
    "server_name: gastown",
    `listen: ${quote(`${options.host ?? "127.0.0.1"}:${options.port}`)}`,
    ...(options.monitor === undefined ? [] : [`http: ${quote(options.monitor)}`]),
    "max_payload: 1MB",
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
    ...(has.subjectTransform ? [] : ["", ...shardMappings()]),
    ...(options.users === undefined ? [] : ["", ...authorization(options.users)]),
    "",
  ].join("\n");
}

/** The mappings by which a server below 2.10 adds the shard to commands, as lines of its configuration. */
export function shardMappings(): string[] {
  const lines = streams.flatMap(({ sharding }) =>
    sharding === undefined
      ? []
      : [`  ${quote(publishedCommands(sharding.owner))}: ${quote(shardedCommands(sharding.owner, sharding.shards))}`],
  );
  return ["# The shard of a command's town, as its last token.", "mappings {", ...lines, "}"];
}

function authorization(users: readonly NatsUser[]): string[] {
  return [
    "# A password must begin with a letter: the server reads one that looks like a number as a number.",
    "authorization {",
    "  users: [",
    ...users.map(({ name, passwordVariable }) => `    { user: ${name}, password: $${passwordVariable} }`),
    "  ]",
    "}",
  ];
}

function quote(text: string): string {
  return JSON.stringify(text);
}
