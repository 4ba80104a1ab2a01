import type { CommandMessage, Outcome } from "@gastown/bus";
import type { Verdict } from "@gastown/contracts";
import { processOnce, type OutboxDraft, type Tx } from "@gastown/db";
import { injectTrace } from "@gastown/telemetry";
import type { DispatcherContext } from "../context.ts";
import { changes, endOf } from "../domain/changes.ts";
import type { TownState } from "../domain/state.ts";
import type { Decided } from "../domain/wished.ts";
import { markDue } from "../store/due.ts";
import { loadTown, saveTown } from "../store/town-state.ts";
import { changeAgentModel } from "./change-agent-model.ts";
import type { CommandHandler, Handled, Received } from "./command-handler.ts";
import { factMessages } from "./fact-messages.ts";
import { forgetTown } from "./forget-town.ts";
import { heartbeat } from "./heartbeat.ts";
import { nudgeAgent } from "./nudge-agent.ts";
import { report } from "./report.ts";
import { startAgent } from "./start-agent.ts";
import { stopAgent } from "./stop-agent.ts";
import { tellModel } from "./tell-model.ts";
import { tellRescue } from "./tell-rescue.ts";

/** Every command of the dispatcher, by its type. */
const handlers = new Map(
  [startAgent, stopAgent, nudgeAgent, changeAgentModel, forgetTown, report, heartbeat, tellModel, tellRescue].map(
    (handler) => [handler.command.type, handler],
  ),
);
/** What a deleted town may still be told: to be deleted, and, when there is a new one of its id, to start an agent. */
const forForgotten: ReadonlySet<CommandHandler> = new Set([startAgent, forgetTown]);

/**
 * Handles one command in one transaction: the state it changes, the facts that follow, the town's next look and the verdict are
 * committed together, once. Only writes and wakes: containers are started and asked by the look. What is about something that does
 * not exist is warned of once.
 */
export async function handleCommand(
  ctx: Pick<DispatcherContext, "db" | "runtime" | "now" | "logger">,
  message: CommandMessage,
): Promise<Outcome> {
  const { envelope, stream, seq } = message;
  const handler = handlers.get(envelope.type);
  if (handler === undefined) {
    return { outcome: "dead", code: "unknown_message", message: `the dispatcher does not know ${envelope.type}` };
  }
  const { verdict, duplicate } = await processOnce(ctx.db, { service: "dispatcher", envelope, stream, seq }, (tx) =>
    decide(ctx, tx, { handler, envelope }),
  );
  if (duplicate) return { outcome: "duplicate", verdict };
  if (verdict.outcome === "terminal") {
    const { code = "unknown_message", message: why = "" } = verdict;
    const { townid: town, id: command, type, actor } = envelope;
    ctx.logger.warn({ town, command, type, actor, code, why }, "a command can never succeed, settled as processed");
    return { outcome: "terminal", code, message: why, verdict };
  }
  return verdict.outcome === "refused" ? { outcome: "refused", verdict } : { outcome: "applied", verdict };
}

async function decide(
  { runtime, now }: Pick<DispatcherContext, "runtime" | "now">,
  tx: Tx,
  { handler, envelope }: { handler: CommandHandler } & Pick<Received, "envelope">,
): Promise<{ verdict: Verdict; outbox: OutboxDraft[] }> {
  const town = envelope.townid;
  const before = await loadTown(tx, town);
  const traceparent = envelope.traceparent ?? injectTrace().traceparent ?? null;
  const cause = { command: envelope.id, correlation: envelope.correlationid, traceparent };
  const {
    decided,
    look,
    told = [],
  } = isGone(before, handler) ? townGone(town) : handler.handle(before, { envelope, cause, now: now() });
  const after = "state" in decided ? decided.state : before;
  await saveTown(tx, before, after);
  if (look) await markDue(tx, town);
  const facts = [...changes(before, after), ...toldAgain(decided, after)];
  const outbox = [...factMessages(facts, { town, runtime: runtime.kind, causationId: envelope.id }), ...told];
  return { verdict: verdictOf(envelope.id, decided), outbox };
}

function isGone({ container }: TownState, handler: CommandHandler): boolean {
  return container.forgottenAt !== null && !forForgotten.has(handler);
}

function townGone(town: string): Handled {
  return { decided: { terminal: "town_not_found", message: `town ${town} was deleted` }, look: false };
}

function toldAgain(decided: Decided, state: TownState) {
  const agent = decided.again === undefined ? undefined : state.agents.get(decided.again);
  return agent === undefined ? [] : endOf(agent);
}

function verdictOf(command: string, decided: Decided): Verdict {
  if ("state" in decided) return { command, outcome: "applied" };
  if ("terminal" in decided) return { command, outcome: "terminal", code: decided.terminal, message: decided.message };
  return { command, outcome: "refused", code: decided.refused, message: decided.message };
}
