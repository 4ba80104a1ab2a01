import type { CommandMessage, Outcome } from "@gastown/bus";
import { commandRejected, type Verdict } from "@gastown/contracts";
import { notifyDue, processOnce, type OutboxDraft, type Tx } from "@gastown/db";
import { injectTrace, traceIdOf } from "@gastown/telemetry";
import { announce } from "../domain/announce.ts";
import { isMoving, type Change } from "../domain/change.ts";
import { evolveAll } from "../domain/evolve.ts";
import type { Context, Decided } from "../domain/input.ts";
import { findInput } from "../domain/inputs/index.ts";
import type { TownState } from "../domain/state.ts";
import { loadState } from "../store/load-state.ts";
import { saveHistory } from "../store/save-history.ts";
import { saveInput } from "../store/save-log.ts";
import { saveState } from "../store/save-state.ts";
import { saveTown } from "../store/save-town.ts";
import { cleanText } from "./clean-text.ts";
import { dueChannel, type TownContext } from "./context.ts";
import { toEventDrafts } from "./to-drafts.ts";

type Ruling = { verdict: Verdict; outbox: OutboxDraft[] };

/**
 * The command has its verdict: the input decided on the rows it needs, and changes, history, events and verdict were committed
 * together under the town's lock. What can never succeed is warned of once and told as `command.rejected` (R3).
 */
export async function acceptInput(context: TownContext, message: CommandMessage): Promise<Outcome> {
  const { envelope, stream, seq } = message;
  const received = { service: "town", envelope, stream, seq };
  const { verdict, duplicate } = await processOnce(context.db, received, (tx) => rule(tx, context, message));
  if (duplicate) return { outcome: "duplicate", verdict };
  if (verdict.outcome !== "terminal") return { outcome: verdict.outcome, verdict };
  const { code = "unknown_message", message: why = "" } = verdict;
  const fields = { town: envelope.townid, command: envelope.id, type: envelope.type, actor: envelope.actor, code, why };
  context.logger.warn(fields, "command can never succeed, settled as processed");
  return { outcome: "terminal", code, message: why, verdict };
}

async function rule(tx: Tx, { clock }: TownContext, { envelope }: CommandMessage): Promise<Ruling> {
  const { townid: town, id, actor, correlationid } = envelope;
  const traceparent = injectTrace().traceparent ?? envelope.traceparent ?? null;
  const context = { town, now: clock(), actor, cause: id, trace: { correlation: correlationid, traceparent } };
  const input = findInput(envelope.type);
  if (input === undefined) return reject(notFoundMessage(envelope.type), { context, type: envelope.type });
  const data = cleanText(envelope.data);
  const before = await loadState(tx, town, input.needs(data));
  const decided = input.decide(before, data, context);
  if (decided.outcome !== "applied") return reject(decided, { context, type: envelope.type });
  const outbox =
    decided.changes.length === 0
      ? []
      : await save(tx, before, { type: envelope.type, data, changes: decided.changes, context });
  const result = decided.result === undefined ? {} : { result: { ...decided.result } };
  return { verdict: { command: id, outcome: "applied", ...result }, outbox };
}

function notFoundMessage(type: string): Extract<Decided, { outcome: "terminal" }> {
  return { outcome: "terminal", code: "unknown_message", message: `the town service knows no command ${type}` };
}

function reject(decided: Exclude<Decided, { outcome: "applied" }>, about: { context: Context; type: string }): Ruling {
  const { context, type } = about;
  const { outcome, code, message } = decided;
  const verdict = { command: context.cause, outcome, code, message };
  if (outcome === "refused") return { verdict, outbox: [] };
  const rejected = { event: commandRejected, data: { command: context.cause, type, code, message }, subject: null };
  return { verdict, outbox: toEventDrafts([rejected], causing(context)) };
}

async function save(
  tx: Tx,
  before: TownState | null,
  made: { type: string; data: unknown; changes: readonly Change[]; context: Context },
): Promise<OutboxDraft[]> {
  const { changes, context } = made;
  const { town, now, actor, cause, trace } = context;
  const after = evolveAll(before, changes, now);
  if (after === null) throw new Error(`town ${town} vanished by ${changes.map((change) => change.type).join(", ")}`);
  const moving = changes.some(isMoving);
  if (moving || after.town !== before?.town) await saveTown(tx, after, moving ? now : undefined);
  if (moving) await notifyDue(tx, dueChannel, town);
  await saveState(tx, before, after);
  await saveInput(tx, made);
  await saveHistory(tx, town, { changes, at: now, actor, cause, traceId: traceIdOf(trace.traceparent) });
  const events = changes.flatMap((change) => announce(change, after) ?? []);
  return toEventDrafts(events, causing(context));
}

function causing({ town, actor, cause, trace }: Context) {
  return { town, actor, causationId: cause, correlationId: trace.correlation };
}
