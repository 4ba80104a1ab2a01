import { verdict as verdictSchema, type Envelope, type Verdict } from "@gastown/contracts";
import { sql } from "@gastown/db/drizzle";
import type { Database } from "./database.ts";
import { saveOutbox, tracedDraft, type OutboxDraft } from "./outbox.ts";
import { defineStatement } from "./statement.ts";
import { lockTowns, queriesOf, run, together, transaction, type Tx } from "./transaction.ts";

/** A command as it came off its stream. */
export interface ReceivedMessage {
  /** The consuming service. */
  service: string;
  envelope: Envelope;
  stream: string;
  seq: number;
  /** Runs `fn` in the command's own trace; by default the active one is taken. */
  within?: <T>(fn: () => T) => T;
}

/** What was decided about a command, and what is to be told of it. */
export interface Decision {
  verdict: Verdict;
  outbox?: readonly OutboxDraft[];
}

/** What a command came to. `duplicate`: it was decided before, and `verdict` is the stored one. */
export interface Processed {
  verdict: Verdict;
  duplicate: boolean;
}

/**
 * After it, the command has taken effect exactly once, and its verdict is the stored one, however often it is delivered:
 * under the town's lock, in one transaction, the effects `decide` writes, the messages it answers and the verdict are
 * committed together. A command that has a verdict already is not decided again. When `decide` throws nothing is kept.
 */
export async function processOnce(
  db: Database,
  message: ReceivedMessage,
  decide: (tx: Tx) => Promise<Decision>,
): Promise<Processed> {
  const [processed] = await processGroup(db, [message], async (tx) => [await decide(tx)]);
  if (processed === undefined) throw new Error("a group of one command came to nothing");
  return processed;
}

/**
 * The same for several commands in one transaction, which holds the locks of all their towns: all have taken effect, or none.
 * `decide` is given those that have no verdict yet, commands of a town in the order of their stream, and answers a decision for
 * each; it is not called when all have one. Answers what each of `messages` came to, in their order.
 */
export async function processGroup<Message extends ReceivedMessage>(
  db: Database,
  messages: readonly Message[],
  decide: (tx: Tx, fresh: readonly Message[]) => Promise<readonly Decision[]>,
): Promise<Processed[]> {
  const ordered = messages.toSorted((one, other) => one.seq - other.seq);
  const { fresh, verdicts } = await transaction(db, async (tx) => {
    await lockTowns(
      tx,
      ordered.map(({ envelope }) => envelope.townid),
    );
    const verdictsById = await findVerdicts(tx, ordered);
    const undecided = firstOfEachId(ordered).filter(({ envelope }) => !verdictsById.has(envelope.id));
    if (undecided.length > 0) await save(tx, pair(undecided, await decide(tx, undecided)), verdictsById);
    return { fresh: new Set(undecided), verdicts: verdictsById };
  });
  return messages.map((message) => ({
    verdict: known(verdicts.get(message.envelope.id), message),
    duplicate: !fresh.has(message),
  }));
}

/** The verdict of a command by its id, read in the transaction that is running if there is one, or null while it has none (or it is older than 30 days). */
export async function readVerdict(dbOrTx: Database | Tx, command: string): Promise<Verdict | null> {
  const { rows } = await queriesOf(dbOrTx).execute<{ verdict: unknown }>(
    sql`select verdict from inbox where msg_id = ${command} order by at limit 1`,
  );
  return rows[0] === undefined ? null : verdictSchema.parse(rows[0].verdict);
}

interface Decided {
  readonly message: ReceivedMessage;
  readonly decision: Decision;
}

/** The same command may come twice in a group, as it may come twice at all. */
function firstOfEachId<Message extends ReceivedMessage>(messages: readonly Message[]): Message[] {
  const seen = new Set<string>();
  return messages.filter(({ envelope: { id } }) => !seen.has(id) && seen.add(id));
}

function pair(messages: readonly ReceivedMessage[], decisions: readonly Decision[]): Decided[] {
  if (decisions.length !== messages.length)
    throw new Error(`${messages.length} commands were answered with ${decisions.length} decisions`);
  return decisions.map((decision, index) => {
    const message = known(messages[index], decision.verdict.command);
    const { id } = message.envelope;
    if (decision.verdict.command !== id) throw new Error(`the verdict of ${id} names ${decision.verdict.command}`);
    return { message, decision };
  });
}

function known<T>(found: T | undefined, about: unknown): T {
  if (found === undefined) throw new Error(`nothing is known of ${JSON.stringify(about)}`);
  return found;
}

async function save(tx: Tx, decided: readonly Decided[], verdicts: Map<string, Verdict>): Promise<void> {
  const drafts = decided.flatMap(({ message, decision: { outbox = [] } }) => {
    const { within = (fn) => fn() } = message;
    return outbox.length === 0 ? [] : within(() => outbox.map(tracedDraft));
  });
  await together([saveOutbox(tx, drafts), insertVerdicts(tx, decided)]);
  for (const { decision } of decided) verdicts.set(decision.verdict.command, decision.verdict);
}

async function findVerdicts(tx: Tx, messages: readonly ReceivedMessage[]): Promise<Map<string, Verdict>> {
  const ids = messages.map(({ envelope }) => envelope.id);
  const services = [...new Set(messages.map(({ service }) => service))];
  const rows = await run<{ verdict: unknown }>(tx, selectVerdicts, { ids, services });
  const verdicts = rows.map((row) => verdictSchema.parse(row.verdict));
  return new Map(verdicts.map((found) => [found.command, found]));
}

const selectVerdicts = defineStatement(sql`
  select verdict from inbox
  where msg_id = any(${sql.placeholder("ids")}::text[]) and consumer = any(${sql.placeholder("services")}::text[])`);

async function insertVerdicts(tx: Tx, decided: readonly Decided[]): Promise<void> {
  const rows = decided.map(({ message: { envelope, service, stream, seq }, decision: { verdict } }) => {
    const outcome = verdict.code === undefined ? verdict.outcome : `${verdict.outcome}:${verdict.code}`;
    return { msg_id: envelope.id, consumer: service, town: envelope.townid, stream, seq, outcome, verdict };
  });
  await run(tx, addVerdicts, { rows: JSON.stringify(rows) });
}

const addVerdicts = defineStatement(sql`
  insert into inbox (msg_id, consumer, town, stream, seq, outcome, verdict)
  select msg_id, consumer, town, stream, seq, outcome, verdict from json_to_recordset(${sql.placeholder("rows")}::json)
    as decided (msg_id text, consumer text, town text, stream text, seq bigint, outcome text, verdict json)`);
