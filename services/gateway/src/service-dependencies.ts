import { QueryError } from "@gastown/bus";
import { getDispatcherVerdict, getScmVerdict, getTownVerdict, noTown } from "@gastown/contracts";
import { askOwner } from "./ask-owner.ts";
import type { Dependency, GatewayContext } from "./context.ts";
import { problemOf } from "./problem-of.ts";

/** The cheapest question every owner answers: one look into its inbox, for a command nobody sends. */
const probes = { town: getTownVerdict, dispatcher: getDispatcherVerdict, scm: getScmVerdict };
const data = { command: "health" };

/** The services behind the gateway: connected when they answer, whatever the answer. */
export async function serviceDependencies(
  context: Pick<GatewayContext, "bus" | "config">,
  signal: AbortSignal,
): Promise<Record<string, Dependency>> {
  const looks = Object.entries(probes).map(async ([name, query]): Promise<[string, Dependency]> => {
    try {
      await askOwner(context, query, { town: noTown, data, signal });
      return [name, { state: "connected" }];
    } catch (error) {
      if (error instanceof QueryError && error.code !== "unavailable" && error.code !== "failed")
        return [name, { state: "connected" }];
      return [name, { state: "not connected", reason: problemOf(error).message }];
    }
  });
  return Object.fromEntries(await Promise.all(looks));
}
