import { job as jobSchema, mayorJob } from "@gastown/contracts";
import type {
  AgentState,
  AgentWish,
  ContainerState,
  ModelWish,
  NudgeWish,
  RememberedMayor,
  Time,
} from "../domain/state.ts";
import type { agentModels } from "./schema/agent-models.ts";
import { agentNudges } from "./schema/agent-nudges.ts";
import { agentObserved } from "./schema/agent-observed.ts";
import { agentWishes } from "./schema/agent-wishes.ts";
import { containers } from "./schema/containers.ts";

type ContainerRow = typeof containers.$inferSelect;
type WishRow = typeof agentWishes.$inferSelect;
type AgentRow = typeof agentObserved.$inferSelect;
type ModelRow = typeof agentModels.$inferSelect;
type NudgeRow = typeof agentNudges.$inferSelect;

/** The container of a row. */
export function containerOf(row: ContainerRow): ContainerState {
  const { town, generation, state, reason, failures, clearing } = row;
  return {
    town,
    generation,
    state,
    reason,
    failures,
    clearing,
    waitsSince: timeOf(row.waitsSince),
    idleStoppedAt: timeOf(row.idleStoppedAt),
    forgottenAt: timeOf(row.forgottenAt),
    startedAt: timeOf(row.startedAt),
    seenAt: timeOf(row.seenAt),
    stoppedAt: timeOf(row.stoppedAt),
    vouchedAt: timeOf(row.vouchedAt),
  };
}

/** What is written of a container: all but when its town is looked at again, and the mayor. */
export function containerRow(container: ContainerState): Omit<ContainerRow, "nextLookAt" | "mayor"> {
  return {
    ...container,
    startedAt: dateOf(container.startedAt),
    seenAt: dateOf(container.seenAt),
    stoppedAt: dateOf(container.stoppedAt),
    vouchedAt: dateOf(container.vouchedAt),
    waitsSince: dateOf(container.waitsSince),
    idleStoppedAt: dateOf(container.idleStoppedAt),
    forgottenAt: dateOf(container.forgottenAt),
  };
}

/** The mayor that is remembered with a town's container. */
export function mayorOf({ mayor }: ContainerRow): RememberedMayor | null {
  // Stored by an earlier version it may lack fields that have defaults now.
  return mayor === null ? null : { ...mayor, job: mayorJob.parse(mayor.job) };
}

/** The wish of a row. */
export function wishOf(row: WishRow): AgentWish {
  const { agent, generation, refusal, refusals } = row;
  return {
    agent,
    generation,
    // Stored by an earlier version it may lack fields that have defaults now.
    job: jobSchema.parse(row.job),
    refusal,
    refusals,
    cause: causeOf(row),
    wishedAt: row.wishedAt.getTime(),
    askedAt: timeOf(row.askedAt),
  };
}

/** What is written of a wish. */
export function wishRow(town: string, wish: AgentWish): WishRow {
  const { agent, generation, job, refusal, refusals, cause } = wish;
  return {
    town,
    agent,
    generation,
    job,
    refusal,
    refusals,
    ...causeColumns(cause),
    wishedAt: new Date(wish.wishedAt),
    askedAt: dateOf(wish.askedAt),
  };
}

/** The agent of a row. */
export function agentOf(row: AgentRow): AgentState {
  const { agent, generation, state, reason, endCause, container, busy, inputTokens, outputTokens } = row;
  return {
    agent,
    generation,
    state,
    reason,
    endCause,
    container,
    busy,
    inputTokens,
    outputTokens,
    cause: causeOf(row),
    since: row.since.getTime(),
    aliveAt: timeOf(row.aliveAt),
    activeAt: timeOf(row.activeAt),
    stop: stopOf(row),
  };
}

function stopOf({
  stopReason,
  stopWishedAt,
  stopAskedAt,
  stopAsks,
  stopForcedAt,
  since,
}: AgentRow): AgentState["stop"] {
  if (stopReason === null) return null;
  // One that an earlier version wished does not say when.
  const wishedAt = (stopWishedAt ?? stopAskedAt ?? since).getTime();
  const times = { wishedAt, askedAt: timeOf(stopAskedAt), forcedAt: timeOf(stopForcedAt) };
  return { reason: stopReason, asks: stopAsks, ...times };
}

/** What is written of an agent. */
export function agentRow(town: string, known: AgentState): AgentRow {
  const { agent, generation, state, reason, endCause, container, cause, stop } = known;
  const { busy, inputTokens, outputTokens } = known;
  return {
    town,
    agent,
    generation,
    state,
    reason,
    endCause,
    container,
    busy,
    inputTokens,
    outputTokens,
    ...causeColumns(cause),
    since: new Date(known.since),
    aliveAt: dateOf(known.aliveAt),
    activeAt: dateOf(known.activeAt),
    ...stopColumns(stop),
  };
}

function stopColumns(stop: AgentState["stop"]) {
  if (stop === null)
    return { stopReason: null, stopWishedAt: null, stopAskedAt: null, stopAsks: 0, stopForcedAt: null };
  const { reason: stopReason, asks: stopAsks, wishedAt, askedAt, forcedAt } = stop;
  const times = { stopWishedAt: new Date(wishedAt), stopAskedAt: dateOf(askedAt), stopForcedAt: dateOf(forcedAt) };
  return { stopReason, stopAsks, ...times };
}

/** The nudge of a row. */
export function nudgeOf(row: NudgeRow): NudgeWish {
  const { nudge, agent, generation, message, mode, asks } = row;
  const times = { wishedAt: row.wishedAt.getTime(), askedAt: timeOf(row.askedAt), givenAt: timeOf(row.givenAt) };
  return { nudge, agent, generation, message, mode, asks, cause: causeOf(row), ...times };
}

/** What is written of a nudge. */
export function nudgeRow(town: string, wish: NudgeWish): NudgeRow {
  const { nudge, agent, generation, message, mode, asks, cause } = wish;
  const times = { wishedAt: new Date(wish.wishedAt), askedAt: dateOf(wish.askedAt), givenAt: dateOf(wish.givenAt) };
  return { town, nudge, agent, generation, message, mode, asks, ...causeColumns(cause), ...times };
}

/** The wish for a model of a row. */
export function modelOf(row: ModelRow): ModelWish {
  const { agent, generation, model, name, asks, taken } = row;
  const times = { wishedAt: row.wishedAt.getTime(), askedAt: timeOf(row.askedAt) };
  return { agent, generation, model, name, asks, taken, cause: causeOf(row), ...times };
}

/** What is written of a wish for a model. */
export function modelRow(town: string, wish: ModelWish): ModelRow {
  const { agent, generation, model, name, asks, taken, cause } = wish;
  const times = { wishedAt: new Date(wish.wishedAt), askedAt: dateOf(wish.askedAt) };
  return { town, agent, generation, model, name, asks, taken, ...causeColumns(cause), ...times };
}

function causeOf(row: Pick<WishRow, "commandId" | "correlationId" | "traceparent">): AgentWish["cause"] {
  return { command: row.commandId, correlation: row.correlationId, traceparent: row.traceparent };
}

function causeColumns({ command, correlation, traceparent }: AgentWish["cause"]) {
  return { commandId: command, correlationId: correlation, traceparent };
}

function timeOf(date: Date | null): Time | null {
  return date === null ? null : date.getTime();
}

function dateOf(time: Time | null): Date | null {
  return time === null ? null : new Date(time);
}
