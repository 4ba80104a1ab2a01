import { span } from "@gastown/telemetry";
import type { DispatcherContext } from "../context.ts";
import { nudgeAsked, nudgeGiven } from "../domain/nudged.ts";
import type { NudgeWish } from "../domain/state.ts";
import { changeTown } from "./change-town.ts";
import { nudgeReport } from "./nudge-messages.ts";

/** Asks the agent's host to say these, one after the other. What it has said is stored, and told to the town. */
export async function giveNudges(
  ctx: DispatcherContext,
  town: string,
  { nudges, signal }: { nudges: readonly string[]; signal: AbortSignal },
): Promise<void> {
  for (const nudge of nudges) {
    const asked = await changeTown(ctx, town, (state) => nudgeAsked(state, nudge, ctx.now()));
    const wish = asked?.nudges.get(nudge);
    if (wish === undefined || !(await isSaid(ctx, town, { wish, signal }))) continue;
    await changeTown(ctx, town, (state, tell) => {
      const after = nudgeGiven(state, nudge, ctx.now());
      if (after !== null) tell(nudgeReport(town, wish, null));
      return after;
    });
  }
}

/** Asks in the trace of the command behind it; false when it was not said yet, or no answer came. */
function isSaid(
  { host, logger }: DispatcherContext,
  town: string,
  { wish, signal }: { wish: NudgeWish; signal: AbortSignal },
): Promise<boolean> {
  const { agent, generation, nudge, cause } = wish;
  const parent = cause.traceparent === null ? {} : { parent: { traceparent: cause.traceparent } };
  const attributes = { "town.id": town, "agent.id": agent, "agent.generation": generation, "nudge.id": nudge };
  return span("nudge agent", { ...parent, attributes }, async (nudging) => {
    try {
      const { accepted, given, reason } = await host.nudge(town, wish, signal);
      nudging.setAttributes({ "nudge.given": given });
      if (!accepted) logger.info({ town, agent, generation, nudge, reason }, "the container does not take a nudge");
      return given;
    } catch (error) {
      nudging.setError(error instanceof Error ? error.message : String(error));
      logger.warn({ town, agent, generation, nudge, error }, "the container did not answer to a nudge");
      return false;
    }
  });
}
