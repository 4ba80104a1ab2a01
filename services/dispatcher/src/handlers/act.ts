import { reportHeartbeat } from "@gastown/contracts";
import { span } from "@gastown/telemetry";
import type { DispatcherContext } from "../context.ts";
import {
  containerEnded,
  startAnswered,
  startAsked,
  startFailed,
  stopAccepted,
  stopAsked,
  vouched,
} from "../domain/acted.ts";
import type { Answer } from "../domain/acted.ts";
import type { Action } from "../domain/planning.ts";
import type { AgentWish } from "../domain/state.ts";
import { askForModel } from "./ask-for-model.ts";
import { changeTown } from "./change-town.ts";
import { giveNudges } from "./give-nudges.ts";
import { openVariables } from "./open-variables.ts";
import { prewarmMayor } from "./prewarm-mayor.ts";
import { stopIdleContainer } from "./stop-idle-container.ts";
import { awaitPlace, startContainer, yieldContainer } from "./take-place.ts";

type ActionOf<Kind extends Action["kind"]> = Extract<Action, { kind: Kind }>;

/** Does one action, and stores what came of it. What it stores first is what makes doing it twice, or half, harmless. */
export async function act(
  ctx: DispatcherContext,
  { town, action, signal }: { town: string; action: Action; signal: AbortSignal },
): Promise<void> {
  if (isOfContainer(action)) return actOnContainer(ctx, town, action);
  switch (action.kind) {
    case "start-agent":
      return startAgent(ctx, town, { ...action, signal });
    case "stop-agent":
      return stopAgent(ctx, town, { ...action, signal });
    case "give-nudges":
      return giveNudges(ctx, town, { nudges: action.nudges, signal });
    case "change-model":
      return askForModel(ctx, town, { ...action, signal });
    case "prewarm-mayor":
      return prewarmMayor(ctx, town, { ...action, signal });
    case "give-model-key":
      return ctx.host.giveModelKey(town, signal);
    case "vouch":
      return vouch(ctx, town, action);
    case "stop-idle-container":
      return stopIdleContainer(ctx, town, signal);
  }
}

const ofContainers = ["kill-leftovers", "kill-container", "start-container", "await-place", "yield-container"] as const;
type ContainerAction = ActionOf<(typeof ofContainers)[number]>;

function isOfContainer(action: Action): action is ContainerAction {
  return ofContainers.some((kind) => kind === action.kind);
}

async function actOnContainer(ctx: DispatcherContext, town: string, action: ContainerAction): Promise<void> {
  switch (action.kind) {
    case "kill-leftovers":
      ctx.logger.info({ town, container: action.container }, "killing what a container left behind");
      return ctx.runtime.kill(action.container);
    case "kill-container":
      return killContainer(ctx, town, action);
    case "start-container":
      return startContainer(ctx, town, action);
    case "await-place":
      return awaitPlace(ctx, town);
    case "yield-container":
      return yieldContainer(ctx, town, action);
  }
}

async function killContainer(ctx: DispatcherContext, town: string, action: ActionOf<"kill-container">): Promise<void> {
  const { container, reason, drain } = action;
  ctx.logger.warn({ town, container, reason, drain }, "killing a container");
  if (drain) await ctx.runtime.stop(container, { graceMs: ctx.stopGraceMs });
  else await ctx.runtime.kill(container);
  await changeTown(ctx, town, (state) => containerEnded(state, reason, ctx.now()));
}

async function startAgent(
  ctx: DispatcherContext,
  town: string,
  action: ActionOf<"start-agent"> & { signal: AbortSignal },
): Promise<void> {
  const asked = await changeTown(ctx, town, (state) => startAsked(state, action, ctx.now()));
  const wish = asked?.wishes.get(action.agent);
  if (wish === undefined) return;
  const variables = openVariables(ctx, wish.job);
  if ("unopened" in variables) {
    const { agent, generation } = action;
    ctx.logger.error({ town, agent, generation, reason: variables.unopened }, "an agent's variables cannot be opened");
    await changeTown(ctx, town, (state) => startFailed(state, { ...action, reason: variables.unopened }, ctx.now()));
    return;
  }
  const answer = await askForStart(ctx, town, { wish, variables, signal: action.signal });
  await changeTown(ctx, town, (state) => startAnswered(state, action, answer));
}

/** Asks in the trace of the command that wished the start, so that all the container does for it is in the bead's trace. */
function askForStart(
  { host, logger }: DispatcherContext,
  town: string,
  { wish, variables, signal }: { wish: AgentWish; variables: Record<string, string>; signal: AbortSignal },
): Promise<Answer> {
  const { agent, generation, job, cause } = wish;
  const parent = cause.traceparent === null ? {} : { parent: { traceparent: cause.traceparent } };
  const attributes = { "town.id": town, "agent.id": agent, "agent.generation": generation, "bead.id": job.bead.bead };
  return span("dispatch agent", { ...parent, attributes }, async (dispatching): Promise<Answer> => {
    try {
      const { accepted, reason } = await host.start(town, { job, variables }, signal);
      if (accepted) return { outcome: "accepted" };
      dispatching.setAttributes({ "dispatch.refused": reason ?? "without a reason" });
      logger.info({ town, agent, generation, reason }, "the container does not accept a start");
      return { outcome: "refused", reason: reason ?? "without a reason" };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      dispatching.setError(reason);
      logger.warn({ town, agent, generation, error }, "the container did not answer to a start");
      return { outcome: "unknown", reason };
    }
  });
}

async function stopAgent(
  ctx: DispatcherContext,
  town: string,
  action: ActionOf<"stop-agent"> & { signal: AbortSignal },
): Promise<void> {
  const { agent, generation, reason, force, signal } = action;
  if (force) ctx.logger.warn({ town, agent, generation, reason }, "an agent does not end, asking for it by force");
  await changeTown(ctx, town, (state) => stopAsked(state, action, ctx.now()));
  try {
    const accepted = await ctx.host.stop(town, { agent, generation, reason, force }, signal);
    if (accepted) await changeTown(ctx, town, (state) => stopAccepted(state, action, ctx.now()));
  } catch (error) {
    ctx.logger.warn({ town, agent, generation, error }, "the container did not answer to a stop");
  }
}

async function vouch(ctx: DispatcherContext, town: string, action: ActionOf<"vouch">): Promise<void> {
  const now = ctx.now();
  await changeTown(ctx, town, (state, tell) => {
    const aliveAt = new Date(now).toISOString();
    const agents = action.agents.flatMap((agent) => {
      const wish = state.wishes.get(agent);
      return wish === undefined ? [] : [{ agent, generation: wish.generation, aliveAt, activeAt: null }];
    });
    if (agents.length > 0) tell({ descriptor: reportHeartbeat, town, data: { agents }, actor: "service:dispatcher" });
    return vouched(state, now);
  });
}
