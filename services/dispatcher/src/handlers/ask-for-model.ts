import { span } from "@gastown/telemetry";
import type { DispatcherContext } from "../context.ts";
import { modelAsked, modelTaken } from "../domain/model-wishes.ts";
import type { ModelWish } from "../domain/state.ts";
import { changeTown } from "./change-town.ts";

/** Asks the agent's host for the model that is wished for it. That the host sees to it is stored. */
export async function askForModel(
  ctx: DispatcherContext,
  town: string,
  { agent, signal }: { agent: string; signal: AbortSignal },
): Promise<void> {
  const { model: installation } = ctx;
  const now = ctx.now();
  const asked = await changeTown(ctx, town, (state) => {
    const name = state.models.get(agent)?.model ?? installation;
    return name === null ? null : modelAsked(state, agent, { name, now });
  });
  const wish = asked?.models.get(agent);
  if (wish === undefined || !(await isTaken(ctx, town, { wish, signal }))) return;
  await changeTown(ctx, town, (state) => modelTaken(state, wish));
}

/** Asks in the trace of the command behind it; false when the host did not take it, or no answer came. */
function isTaken(
  { host, logger }: DispatcherContext,
  town: string,
  { wish, signal }: { wish: ModelWish; signal: AbortSignal },
): Promise<boolean> {
  const { agent, generation, name, cause } = wish;
  const parent = cause.traceparent === null ? {} : { parent: { traceparent: cause.traceparent } };
  const attributes = { "town.id": town, "agent.id": agent, "agent.generation": generation, "agent.model": name ?? "" };
  return span("change model", { ...parent, attributes }, async (changing) => {
    try {
      const { accepted, reason } = await host.changeModel(town, { agent, generation, model: name ?? "" }, signal);
      if (!accepted) logger.info({ town, agent, generation, reason }, "the container does not take a wish for a model");
      return accepted;
    } catch (error) {
      changing.setError(error instanceof Error ? error.message : String(error));
      logger.warn({ town, agent, generation, error }, "the container did not answer to a wish for a model");
      return false;
    }
  });
}
