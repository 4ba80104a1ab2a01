// One replica of a small town service: each command counts its town up and tells the number in an event. It kills itself with
// -9 in the two worst moments, and can be run without one of the two guards. Commands come in groups where there is a backlog.
// Argument: a JSON `StormOptions`.
import { writeSync } from "node:fs";
import { connectBus, consumeCommands, publishRaw, type GroupedMessage } from "@gastown/bus";
import { beadUpdated, newId, type Envelope, type Verdict } from "@gastown/contracts";
import { sql } from "@gastown/db/drizzle";
import {
  connectDatabase,
  lockTown,
  processGroup,
  saveOutbox,
  startRelay,
  transaction,
  type Decision,
  type Tx,
} from "../index.ts";
import { logger } from "./open-schema.ts";

export interface StormOptions {
  natsUrl: string;
  databaseUrl: string;
  /** False: a command is applied whenever it is delivered. */
  inbox: boolean;
  /** False: the relay publishes with a new message id each time. */
  messageId: boolean;
  /** Dies when so many commands were committed and the last one is not acknowledged; null: does not. */
  dieAfterCommits: number | null;
  /** Dies when so many messages were published and the last one is not noted. */
  dieAfterPublishes: number | null;
}

const options = JSON.parse(process.argv[2] ?? "{}") as StormOptions;
const { signal } = new AbortController();
const bus = await connectBus({ servers: options.natsUrl, name: "storm", inboxPrefix: "_INBOX_storm", logger });
const db = await connectDatabase({ url: options.databaseUrl, schema: "town", name: "storm", logger });

function countDown(left: number | null, why: string): () => void {
  let count = left ?? Infinity;
  return () => {
    if (--count > 0) return;
    writeSync(1, `${why}\n`);
    process.kill(process.pid, "SIGKILL");
  };
}
const committed = countDown(options.dieAfterCommits, "died between commit and acknowledgement");
const published = countDown(options.dieAfterPublishes, "died between publishing and noting it");

async function decide(tx: Tx, envelope: Envelope): Promise<Decision> {
  const { rows } = await tx.execute<{ n: number }>(sql`
    insert into effects (command, town, n)
    select ${envelope.id}, ${envelope.townid}, count(*) + 1 from effects where town = ${envelope.townid} returning n`);
  const verdict: Verdict = { command: envelope.id, outcome: "applied" };
  const data = { bead: "gt-1", changed: { n: rows[0]?.n } };
  return {
    verdict,
    outbox: [
      { descriptor: beadUpdated, town: envelope.townid, data, actor: "service:storm", causationId: envelope.id },
    ],
  };
}

async function decideAll(tx: Tx, group: readonly { envelope: Envelope }[]): Promise<Decision[]> {
  const decisions: Decision[] = [];
  for (const { envelope } of group) decisions.push(await decide(tx, envelope));
  return decisions;
}

async function withoutInbox(group: readonly GroupedMessage[]): Promise<void> {
  await transaction(db, async (tx) => {
    for (const town of group.map(({ envelope }) => envelope.townid).toSorted()) await lockTown(tx, town);
    const decisions = await decideAll(tx, group);
    await saveOutbox(
      tx,
      decisions.flatMap(({ outbox = [] }) => outbox),
    );
  });
}

consumeCommands(bus, {
  owner: "town",
  service: "town",
  logger,
  signal,
  retryDelaysMs: [100],
  async handleGroup(group) {
    const received = group.map((message) => ({ ...message, service: "town" }));
    if (options.inbox) await processGroup(db, received, decideAll);
    else await withoutInbox(group);
    for (const _ of group) committed();
    return group.map(() => ({ outcome: "applied" }));
  },
});
startRelay({
  db,
  async publish(row) {
    const ack = await publishRaw(bus, options.messageId ? row : { ...row, id: newId() });
    published();
    return ack;
  },
  source: "storm",
  logger,
  signal,
});
