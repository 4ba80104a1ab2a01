import { Client, escapeIdentifier, type QueryResultRow } from "pg";
import type { Database } from "./database.ts";

/** One connection of its own, for what belongs to a connection: locks that outlive a transaction, and notifications. */
export interface Session {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Calls `told` for each notification on the channel. */
  listen(channel: string, told: (payload: string) => void): Promise<void>;
  /** Aborts when the connection is gone, and with it its locks. It never comes back by itself. */
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

// The server ends the connection of a machine that vanished after 25 s, and frees its locks (nats §3.8).
const settings = [
  "tcp_keepalives_idle=10",
  "tcp_keepalives_interval=5",
  "tcp_keepalives_count=3",
  "idle_session_timeout=0",
];

/** Opens a connection; `purpose` is shown behind the service's name in `pg_stat_activity`. */
export async function openSession(db: Database, purpose: string): Promise<Session> {
  const lost = new AbortController();
  const client = new Client({
    ...db.connection,
    application_name: `${db.name} ${purpose}`,
    options: [db.connection.options, ...settings.map((setting) => `-c ${setting}`)].join(" "),
  });
  client.on("error", (error) => lost.abort(error));
  client.on("end", () => lost.abort(new Error("the database connection has ended")));
  await client.connect();
  // One after the other: a client does not like to be asked while it answers.
  let last: Promise<unknown> = Promise.resolve();
  const query = async <Row extends QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> => {
    const answer = last.then(() => client.query<Row>(text, values));
    last = answer.catch(() => {}); // the asker is told
    return (await answer).rows;
  };
  return {
    lost: lost.signal,
    query,
    async listen(channel, told) {
      client.on("notification", (message) => {
        if (message.channel === channel) told(message.payload ?? "");
      });
      await query(`listen ${escapeIdentifier(channel)}`);
    },
    close: () => client.end(),
  };
}
