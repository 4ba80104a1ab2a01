import { QueryError } from "@gastown/bus";
import { span } from "@gastown/telemetry";
import type { ContainerHost, DispatcherContext } from "../context.ts";
import { nudgeAsked, nudgeGiven } from "../domain/nudged.ts";
import type { NudgeWish } from "../domain/state.ts";
import { changeTown } from "./change-town.ts";
import { nudgeReport } from "./nudge-messages.ts";

interface NudgeContext extends Pick<DispatcherContext, "db" | "logger" | "now"> {
  runtime: Pick<DispatcherContext["runtime"], "kind">;
  host: Pick<ContainerHost, "nudge">;
}

/**
 * Asks the agent's host to say these, one after the other. What it has said is stored, and told to the town. With a host that does not
 * answer it ends at once: the others wait for the next look, else one look would take as often 5 s as there are nudges.
 */
export async function giveNudges(
  ctx: NudgeContext,
  town: string,
  { nudges, signal }: { nudges: readonly string[]; signal: AbortSignal },
): Promise<void> {
  for (const nudge of nudges) {
    const asked = await changeTown(ctx, town, (state) => nudgeAsked(state, nudge, ctx.now()));
    const wish = asked?.nudges.get(nudge);
    if (wish === undefined) continue;
    const said = await say(ctx, town, { wish, signal });
    if (said === "unheard") return;
    if (said === "not yet") continue;
    await changeTown(ctx, town, (state, tell) => {
      const after = nudgeGiven(state, nudge, ctx.now());
      if (after !== null) tell(nudgeReport(town, wish, null));
      return after;
    });
  }
}

/** Whether the host answered at all; a fault of its own over one nudge says nothing about the next one. */
function isAnswer(error: unknown): boolean {
  return error instanceof QueryError && error.code !== "unavailable";
}

/** Asks in the trace of the command behind it; `unheard` when no answer came. */
function say(
  { host, logger }: NudgeContext,
  town: string,
  { wish, signal }: { wish: NudgeWish; signal: AbortSignal },
): Promise<"said" | "not yet" | "unheard"> {
  const { agent, generation, nudge, cause } = wish;
  const parent = cause.traceparent === null ? {} : { parent: { traceparent: cause.traceparent } };
  const attributes = { "town.id": town, "agent.id": agent, "agent.generation": generation, "nudge.id": nudge };
  return span("nudge agent", { ...parent, attributes }, async (nudging) => {
    try {
      const { accepted, given, reason } = await host.nudge(town, wish, signal);
      nudging.setAttributes({ "nudge.given": given });
      if (!accepted) logger.info({ town, agent, generation, nudge, reason }, "the container does not take a nudge");
      return given ? "said" : "not yet";
    } catch (error) {
      nudging.setError(error instanceof Error ? error.message : String(error));
      logger.warn({ town, agent, generation, nudge, error }, "the container did not answer to a nudge");
      return isAnswer(error) ? "not yet" : "unheard";
    }
  });
}
