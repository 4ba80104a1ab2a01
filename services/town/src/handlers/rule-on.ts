import { commandRejected, type Envelope, type Verdict } from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
import { injectTrace } from "@gastown/telemetry";
import { announce } from "../domain/announce.ts";
import { isMoving } from "../domain/change.ts";
import { evolveAll } from "../domain/evolve.ts";
import type { Context, Decided, Input, Needs } from "../domain/input.ts";
import { findInput } from "../domain/inputs/index.ts";
import type { TownState } from "../domain/state.ts";
import type { Entered } from "../store/save-log.ts";
import { cleanText } from "./clean-text.ts";
import { ordersOfChanges } from "./change-orders.ts";
import { toCommandDrafts, toEventDrafts } from "./to-drafts.ts";

/** A command with the input that decides it; null when the town has none. */
export interface Question {
  readonly envelope: Envelope;
  readonly data: unknown;
  readonly input: Input | null;
  readonly needs: Needs;
  /** See `Context`. */
  readonly firstNumber?: number | undefined;
}

/** What a command came to. */
export interface Ruling {
  readonly verdict: Verdict;
  /** What is told of it. */
  readonly outbox: readonly OutboxDraft[];
  /** What is to be saved; null when nothing changed. */
  readonly effect: Effect | null;
}

/** A change of a town by a command. */
export interface Effect extends Entered {
  readonly before: TownState | null;
  /** Null: the town was deleted. */
  readonly after: TownState | null;
  /** The rules must look at the town. */
  readonly moving: boolean;
}

/** The command as its input is asked about it. */
export function questionOf(envelope: Envelope): Question {
  const input = findInput(envelope.type) ?? null;
  const data = cleanText(envelope.data);
  return { envelope, data, input, needs: input?.needs(data) ?? {} };
}

/** The input's decision on the rows it needs, at `now`; its trace is the active one. Throws when its changes do not fit the state. */
export function ruleOn(question: Question, before: TownState | null, now: number): Ruling {
  const { envelope, data, input } = question;
  const { townid: town, id, type } = envelope;
  const context = contextOf(question, now);
  const decided = input?.decide(before, data, context) ?? unknownMessage(type);
  if (decided.outcome !== "applied") return reject(decided, context, type);
  const result = decided.result === undefined ? {} : { result: { ...decided.result } };
  const verdict: Verdict = { command: id, outcome: "applied", ...result };
  const { changes } = decided;
  if (changes.length === 0) return { verdict, outbox: [], effect: null };
  const after = evolveAll(before, changes, now);
  const last = after ?? before;
  if (last === null) throw new Error(`town ${town} vanished by ${changes.map((change) => change.type).join(", ")}`);
  const events = changes.flatMap((change) => announce(change, last) ?? []);
  const outbox = [
    ...toEventDrafts(events, causing(context)),
    ...toCommandDrafts(ordersOfChanges(changes, before), causing(context)),
  ];
  return { verdict, outbox, effect: { type, data, changes, context, before, after, moving: changes.some(isMoving) } };
}

function contextOf({ envelope, firstNumber }: Question, now: number): Context {
  const { townid: town, id, actor, correlationid: correlation } = envelope;
  const traceparent = injectTrace().traceparent ?? envelope.traceparent ?? null;
  const behind = firstNumber === undefined ? {} : { firstNumber };
  return { town, now, actor, cause: id, trace: { correlation, traceparent }, ...behind };
}

function unknownMessage(type: string): Extract<Decided, { outcome: "terminal" }> {
  return { outcome: "terminal", code: "unknown_message", message: `the town service knows no command ${type}` };
}

function reject(decided: Exclude<Decided, { outcome: "applied" }>, context: Context, type: string): Ruling {
  const { outcome, code, message } = decided;
  const verdict = { command: context.cause, outcome, code, message };
  if (outcome === "refused") return { verdict, outbox: [], effect: null };
  const rejected = { event: commandRejected, data: { command: context.cause, type, code, message }, subject: null };
  return { verdict, outbox: toEventDrafts([rejected], causing(context)), effect: null };
}

function causing({ town, actor, cause, trace }: Context) {
  return { town, actor, causationId: cause, correlationId: trace.correlation };
}
