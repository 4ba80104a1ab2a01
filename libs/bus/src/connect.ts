import type { Logger } from "@gastown/telemetry";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import {
  AuthorizationError,
  credsAuthenticator,
  type Authenticator,
  type NatsConnection,
  type Status,
} from "@nats-io/nats-core";
import { connect } from "@nats-io/transport-node";
import { pause } from "./abortable.ts";
import { capabilitiesOf, isAtLeast, minimumServer, missingCapabilities, type Capabilities } from "./capabilities.ts";
import { ConnectionLostError } from "./connection-lost-error.ts";
import { attachWire } from "./wire.ts";

export interface BusOptions {
  /** `nats://host:port`, several separated by commas. */
  servers: string;
  /** Shown by the server's monitoring, such as `town/1f3a`. */
  name: string;
  /** Where answers come to, such as `_INBOX_town`: one per service, so that none can read another's (nats §5.3). */
  inboxPrefix: string;
  user?: string | undefined;
  password?: string | undefined;
  /** What a `.creds` file holds, in the place of a user and a password. */
  credentials?: string | undefined;
  logger: Logger;
  /** Ends the wait for the first connection. */
  signal?: AbortSignal | undefined;
}

export interface BusStatus {
  readonly connected: boolean;
  /** Since when it is so. */
  readonly since: Date;
  readonly lastError: string | null;
}

/** One connection to NATS, for all of a process. */
export interface Bus {
  readonly name: string;
  /** Of the server that is, or was last, connected to. */
  readonly serverVersion: string;
  readonly capabilities: Capabilities;
  connected(): boolean;
  status(): BusStatus;
  /** Sends what is left, takes in what was received, then closes; gives up on a lost server after five seconds. */
  close(): Promise<void>;
}

const connectTimeoutMs = 5_000;
const drainTimeoutMs = 5_000;
const firstWaitsMs = [100, 250, 500, 1_000, 2_000];

/**
 * Connects and stays connected: the first connection is waited for until the signal aborts, a lost one is made again for ever.
 * Throws the signal's reason, or an error that says what to do when the server refuses the credentials, has no JetStream or is
 * too old.
 */
export async function connectBus(options: BusOptions): Promise<Bus> {
  const { logger, name } = options;
  const connection = await firstConnection(options);
  try {
    assertUsable(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
  let status: BusStatus = { connected: true, since: new Date(), lastError: null };
  let lost = new AbortController();
  const serverVersion = (): string => connection.info?.version ?? minimumServer;
  const bus: Bus = {
    name,
    get serverVersion() {
      return serverVersion();
    },
    get capabilities() {
      return capabilitiesOf(serverVersion());
    },
    connected: () => status.connected && !connection.isClosed(),
    status: () => status,
    close: () => close(connection, status.connected, logger),
  };
  attachWire(bus, {
    connection,
    stream: jetstream(connection),
    manager: await jetstreamManager(connection, { checkAPI: false }),
    logger,
    lost: () => lost.signal,
  });
  void follow(connection, (change) => {
    status = nextStatus(status, change);
    if (change.type === "disconnect") {
      lost.abort(new ConnectionLostError("the connection to NATS was lost"));
      lost = new AbortController();
    }
    report(change, { logger, name, version: serverVersion() });
  });
  const version = serverVersion();
  logger.info(
    { server: connection.getServer(), version, missing: missingCapabilities(version), name },
    "connected to NATS",
  );
  return bus;
}

async function firstConnection(options: BusOptions): Promise<NatsConnection> {
  for (let attempt = 0; ; attempt++) {
    options.signal?.throwIfAborted();
    try {
      return await dial(options);
    } catch (error) {
      if (error instanceof AuthorizationError) throw refused(options, error);
      if (error instanceof CredentialsError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      options.logger.warn({ servers: options.servers, reason, attempt }, "NATS cannot be reached yet");
      await pause(firstWaitsMs[Math.min(attempt, firstWaitsMs.length - 1)] ?? 0, options.signal);
    }
  }
}

function dial(options: BusOptions): Promise<NatsConnection> {
  return connect({
    servers: options.servers.split(",").map((server) => server.trim()),
    name: options.name,
    inboxPrefix: options.inboxPrefix,
    ...(options.user === undefined ? {} : { user: options.user }),
    ...(options.password === undefined ? {} : { pass: options.password }),
    ...(options.credentials === undefined ? {} : { authenticator: authenticatorOf(options.credentials) }),
    timeout: connectTimeoutMs,
    // The defaults give up after 20 s, and take four minutes to notice a dead peer (nats §1.4, §1.5).
    maxReconnectAttempts: -1,
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: 500,
    reconnectJitter: 250,
    pingInterval: 20_000,
    maxPingOut: 3,
    // Else every request makes a stack trace, in case it fails; what fails here says its subject.
    noAsyncTraces: true,
  });
}

/** Throws at once for what can never be let in. */
function authenticatorOf(credentials: string): Authenticator {
  // The client wants a line break after the last line, which a text from a variable may have lost.
  const authenticator = credsAuthenticator(new TextEncoder().encode(`${credentials}\n`));
  try {
    authenticator();
  } catch (cause) {
    throw new CredentialsError("the NATS credentials cannot be read: give all that a .creds file holds", { cause });
  }
  return authenticator;
}

class CredentialsError extends Error {
  override readonly name = "CredentialsError";
}

function refused({ servers, user, credentials }: BusOptions, cause: Error): Error {
  const who =
    credentials !== undefined ? "with these credentials" : user === undefined ? "without a user" : `as "${user}"`;
  return new Error(
    `NATS at ${servers} refused the connection ${who}. Set NATS_CREDENTIALS_FILE to a .creds file of its users, or NATS_USER and ` +
      "NATS_PASSWORD where it has passwords.",
    { cause },
  );
}

function assertUsable(connection: NatsConnection): void {
  const version = connection.info?.version ?? "0.0.0";
  if (!isAtLeast(version, minimumServer)) {
    throw new Error(`nats-server ${version} is too old: install ${minimumServer} or newer.`);
  }
  if (connection.info?.jetstream !== true) {
    throw new Error(
      `The nats-server at ${connection.getServer()} has no JetStream: start it with -js, or with our deploy/nats configuration.`,
    );
  }
}

async function follow(connection: NatsConnection, onChange: (change: Status) => void): Promise<void> {
  for await (const change of connection.status()) onChange(change);
}

function nextStatus(status: BusStatus, change: Status): BusStatus {
  if (change.type === "disconnect" || change.type === "close")
    return { ...status, connected: false, since: new Date() };
  if (change.type === "reconnect") return { connected: true, since: new Date(), lastError: null };
  return change.type === "error" ? { ...status, lastError: change.error.message } : status;
}

function report(change: Status, { logger, name, version }: { logger: Logger; name: string; version: string }): void {
  if (change.type === "disconnect") logger.warn({ name, server: change.server }, "connection to NATS lost");
  else if (change.type === "reconnect")
    logger.info({ name, server: change.server, version }, "connected to NATS again");
  else if (change.type === "error") logger.error({ name, err: change.error }, "NATS reported an error");
  else if (change.type === "slowConsumer") logger.warn({ name, pending: change.pending }, "messages wait to be read");
  else logger.debug({ name, change: change.type }, "NATS connection changed");
}

async function close(connection: NatsConnection, connected: boolean, logger: Logger): Promise<void> {
  if (connected && !connection.isClosed() && !connection.isDraining()) {
    const drained = new AbortController();
    const draining = connection
      .drain()
      .catch((error: unknown) => logger.debug({ err: error }, "the connection to NATS ended before it had drained"))
      .finally(() => drained.abort());
    // The abort ends the wait, whose timer would keep the process alive.
    await Promise.race([draining, pause(drainTimeoutMs, drained.signal)]);
  }
  // A drain that could not end leaves the connection open; closing a closed one does nothing.
  await connection.close();
}
