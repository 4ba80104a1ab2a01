import { ask, type InputOf } from "@gastown/bus";
import type { Query, ReplyOf } from "@gastown/contracts";
import type { GatewayContext } from "./context.ts";
import { Problem } from "./problem.ts";

/** The owner's answer to a query, within `timeoutMs` or the gateway's time for reads. */
export async function askOwner<Q extends Query>(
  context: Pick<GatewayContext, "bus" | "config">,
  query: Q,
  asked: { town: string; data: InputOf<Q>; signal?: AbortSignal | undefined; timeoutMs?: number },
): Promise<{ seq: number | null; data: ReplyOf<Q> }> {
  if (!context.bus.connected())
    throw new Problem("bus_unavailable", {
      detail: "The gateway is not connected to NATS.",
      headers: { "retry-after": "2" },
    });
  return ask(context.bus, query, { timeoutMs: context.config.queryTimeoutMs, ...asked });
}
