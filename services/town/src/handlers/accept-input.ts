import type { GroupedMessage, Outcome } from "@gastown/bus";
import type { Envelope } from "@gastown/contracts";
import { notifyDue, processGroup, together, type Processed, type ReceivedMessage, type Tx } from "@gastown/db";
import { traceIdOf } from "@gastown/telemetry";
import { deleteTown } from "../store/delete-town.ts";
import { loadStates } from "../store/load-state.ts";
import { readFirstNumber } from "../store/read-first-number.ts";
import { saveHistory } from "../store/save-history.ts";
import { saveInputs } from "../store/save-log.ts";
import { saveStates } from "../store/save-state.ts";
import { saveTowns } from "../store/save-town.ts";
import { dueChannel, type TownContext } from "./context.ts";
import { questionOf, ruleOn, type Effect, type Question, type Ruling } from "./rule-on.ts";

/**
 * The commands have their verdicts: each input decided on the rows it needs, and changes, history, events and verdicts of all of
 * them were committed together under their towns' locks. What can never succeed is warned of once and told as
 * `command.rejected` (R3).
 */
export async function acceptInputs(
  context: TownContext,
  messages: readonly Pick<GroupedMessage, "envelope" | "stream" | "seq" | "within">[],
): Promise<Outcome[]> {
  const received = messages.map(({ envelope, stream, seq, within }) => {
    return { service: "town", envelope, stream, seq, within };
  });
  const processed = await processGroup(context.db, received, (tx, fresh) => ruleOnAll(tx, context, fresh));
  return processed.map((each, index) => outcomeOf(each, { context, envelope: received[index]?.envelope }));
}

function outcomeOf(
  { verdict, duplicate }: Processed,
  { context, envelope }: { context: TownContext; envelope: Envelope | undefined },
): Outcome {
  if (duplicate) return { outcome: "duplicate", verdict };
  if (verdict.outcome !== "terminal") return { outcome: verdict.outcome, verdict };
  const { code = "unknown_message", message: why = "" } = verdict;
  const { townid: town, type, actor } = envelope ?? {};
  const fields = { town, command: verdict.command, type, actor, code, why };
  context.logger.warn(fields, "command can never succeed, settled as processed");
  return { outcome: "terminal", code, message: why, verdict };
}

type Message = ReceivedMessage & Pick<GroupedMessage, "within">;

/** Rulings in the order of the messages. Those of one town come one after the other, each on what the one before it saved. */
async function ruleOnAll(tx: Tx, context: TownContext, messages: readonly Message[]): Promise<Ruling[]> {
  const rulings = new Map<Message, Ruling>();
  const queues = [...Map.groupBy(messages, ({ envelope }) => envelope.townid).values()];
  for (let turn = 0; rulings.size < messages.length; turn++) {
    const next = queues.flatMap((queue) => queue[turn] ?? []);
    for (const [message, ruling] of await ruleOnTowns(tx, context, next)) rulings.set(message, ruling);
  }
  return messages.flatMap((message) => rulings.get(message) ?? []);
}

/** The same for messages of different towns. */
async function ruleOnTowns(tx: Tx, { clock }: TownContext, messages: readonly Message[]): Promise<[Message, Ruling][]> {
  const questions = await addFirstNumbers(
    tx,
    messages.map(({ envelope }) => questionOf(envelope)),
  );
  const wanted = questions.map(({ envelope, needs }) => ({ town: envelope.townid, needs }));
  const states = await loadStates(tx, wanted);
  const rulings = messages.map((message, index): [Message, Ruling] => {
    const question = questions[index] ?? questionOf(message.envelope);
    return [message, message.within(() => ruleOn(question, states[index] ?? null, clock()))];
  });
  await save(
    tx,
    rulings.flatMap(([, { effect }]) => effect ?? []),
  );
  return rulings;
}

async function addFirstNumbers(tx: Tx, questions: readonly Question[]): Promise<Question[]> {
  const asked: Question[] = [];
  for (const question of questions) {
    const { needs, envelope } = question;
    const firstNumber = needs.formerTown === true ? await readFirstNumber(tx, envelope.townid) : undefined;
    asked.push({ ...question, firstNumber });
  }
  return asked;
}

async function save(tx: Tx, all: readonly Effect[]): Promise<void> {
  const effects = all.flatMap(({ after, ...effect }) => (after === null ? [] : [{ ...effect, after }]));
  for (const { before, after } of all) if (before !== null && after === null) await deleteTown(tx, before.town);
  const towns = effects.filter(({ moving, before, after }) => moving || after.town !== before?.town);
  const moved = effects.find(({ moving }) => moving);
  const made = effects.map(({ changes, context: { town, now: at, actor, cause, trace } }) => {
    return { town, changes, at, actor, cause, traceId: traceIdOf(trace.traceparent) };
  });
  await together([
    saveTowns(
      tx,
      towns.map(({ after, moving, context }) => ({ after, look: moving ? { due: context.now } : undefined })),
    ),
    // One call for all of them: the loop looks which towns are due.
    moved !== undefined && notifyDue(tx, dueChannel, moved.context.town),
    saveStates(tx, effects),
    saveInputs(tx, effects),
    saveHistory(tx, made),
  ]);
}
