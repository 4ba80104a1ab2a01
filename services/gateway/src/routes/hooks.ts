import { findHook, listHooks, QueryError, replayHook, type StoredHook } from "@gastown/bus";
import { hookEvent, hookProvider, noTown, pageOf, readHookStates, type HookState } from "@gastown/contracts";
import { z } from "zod";
import { hookDelivery, hookDetail, hookReplay } from "../api/named-schemas.ts";
import { hookPath } from "../api/parameters.ts";
import { askOwner } from "../ask-owner.ts";
import type { GatewayContext } from "../context.ts";
import { operation, type Operation } from "../operation.ts";
import { Problem } from "../problem.ts";

const path = "/v1/hooks/{provider}/{delivery}";
const tag = "Log";

type Key = z.output<typeof hookPath>;
type View = z.output<typeof hookDelivery>;

/** What scm says of these deliveries, by id; null when it does not answer. */
async function statesOf(context: GatewayContext, keys: readonly Key[]): Promise<Map<string, HookState> | null> {
  if (keys.length === 0) return new Map();
  const data = { deliveries: keys.map(({ provider, delivery }) => ({ provider, delivery })) };
  try {
    const { items } = (await askOwner(context, readHookStates, { town: noTown, data })).data;
    return new Map(items.map((state) => [`${state.provider} ${state.delivery}`, state]));
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    context.logger.debug({ reason: error.message }, "scm does not say what became of webhooks");
    return null;
  }
}

function viewOf(hook: StoredHook, states: ReadonlyMap<string, HookState> | null): View {
  const { provider, event, delivery, action, seq, at, receivedAt, bytes, encoding, again } = hook;
  const state = states?.get(`${provider} ${delivery}`);
  return {
    provider,
    event,
    delivery,
    action,
    seq,
    at: at.toISOString(),
    receivedAt: receivedAt.toISOString(),
    bytes,
    encoding,
    replay: again,
    status: states === null ? null : (state?.status ?? "waiting"),
    tries: state?.tries ?? 0,
    reason: state?.reason ?? null,
  };
}

async function notKept(context: GatewayContext, key: Key): Promise<Problem> {
  const state = (await statesOf(context, [key]))?.get(`${key.provider} ${key.delivery}`);
  const known =
    state === undefined ? "" : ` It is known as ${state.status}${state.reason === null ? "" : `: ${state.reason}`}.`;
  return new Problem("not_found", {
    detail: `The delivery ${key.delivery} of ${key.provider} is not in stream HOOK, which keeps seven days.${known}`,
  });
}

export const hookOperations: Operation[] = [
  operation({
    id: "listHooks",
    method: "get",
    path: "/v1/hooks",
    tag,
    summary: "Webhooks as they came, newest first",
    description: "A page may be short, or empty, though there is a next one: it ends when enough was looked at.",
    scope: "read",
    installation: true,
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(200).default(50).describe("How many at most"),
      after: z.coerce.number().int().min(1).optional().describe("`next` of the page before"),
      provider: hookProvider.optional().describe("Only of this forge"),
      event: hookEvent.optional().describe("Only of this event, such as `pull_request`"),
    }),
    reply: pageOf(hookDelivery),
    async handle({ query }, _, context) {
      const { items, next } = await listHooks(context.bus, query);
      const states = await statesOf(context, items);
      const views = items.map((hook) => viewOf(hook, states));
      return { seq: null, data: { items: views, next: next === null ? null : String(next) } };
    },
  }),
  operation({
    id: "getHook",
    method: "get",
    path,
    tag,
    summary: "Show a delivery of a webhook with its body",
    scope: "read",
    installation: true,
    params: hookPath,
    reply: hookDetail,
    async handle({ params }, _, context) {
      const found = await findHook(context.bus, params);
      if (found === null) throw await notKept(context, params);
      const view = viewOf(found, await statesOf(context, [params]));
      return { seq: null, data: { ...view, body: Buffer.from(found.body).toString("utf8") } };
    },
  }),
  operation({
    id: "replayHook",
    method: "post",
    path: `${path}/replay`,
    tag,
    summary: "Handle a delivery of a webhook again",
    description: "It is stored once more, and handled also when it was before: what it is about is read again.",
    scope: "admin",
    installation: true,
    params: hookPath,
    reply: hookReplay,
    async handle({ params }, _, context) {
      const replayed = await replayHook(context.bus, params);
      if (replayed === null) throw await notKept(context, params);
      return { seq: null, data: { ...params, event: replayed.event, seq: replayed.seq } };
    },
  }),
];
