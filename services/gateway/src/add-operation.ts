import type { OpenAPIHono, RouteConfig } from "@hono/zod-openapi";
import { span, withLogFields } from "@gastown/telemetry";
import type { Context, MiddlewareHandler } from "hono";
import type { GatewayContext } from "./context.ts";
import { limitBody } from "./limit-body.ts";
import { bearerOf, demand, identify } from "./identify.ts";
import { actorOf, type Identity } from "./identity.ts";
import { routeOf, templateOf, type GatewayRequest, type Operation, type Reply } from "./operation.ts";
import { Problem } from "./problem.ts";
import { validationProblem } from "./validation.ts";

export interface Variables {
  Variables: { requestId: string; identity: Identity };
}
export type App = OpenAPIHono<Variables>;
type Here = Context<Variables>;

/** Every request of the route runs inside a server span; it is the root of what the request causes (nats §7). */
function traced(op: Operation): MiddlewareHandler<Variables> {
  const template = templateOf(op);
  return (c, next) =>
    span(
      template,
      {
        kind: "server",
        attributes: {
          "http.request.method": c.req.method,
          "http.route": op.path,
          "url.path": c.req.path,
          "request.id": c.get("requestId"),
        },
        parent: { traceparent: c.req.header("traceparent"), tracestate: c.req.header("tracestate") },
      },
      async (active) => {
        const town = c.req.param("town");
        if (town !== undefined) active.setAttributes({ "town.id": town });
        await (town === undefined ? next() : withLogFields({ town }, next));
        active.setAttributes({ "http.response.status_code": c.res.status });
        if (c.res.status >= 500) active.setError(`HTTP ${c.res.status}`);
        if (active.traceId !== null) c.header("Gastown-Trace", active.traceId);
      },
    );
}

function authorised(op: Operation, context: GatewayContext): MiddlewareHandler<Variables> {
  return async (c, next) => {
    const identity = await identify(bearerOf(c.req.header("authorization")), context);
    demand(identity, { scope: op.scope, town: c.req.param("town"), installation: op.installation });
    c.set("identity", identity);
    await next();
  };
}

function idempotencyKeyOf(c: Here): string | null {
  const key = c.req.header("idempotency-key");
  if (key === undefined) return null;
  if (/^[\x21-\x7E]{1,200}$/.test(key)) return key;
  throw new Problem("invalid", {
    detail: "The Idempotency-Key cannot be used.",
    errors: [{ field: "Idempotency-Key", reason: "must be 1-200 visible ASCII characters" }],
  });
}

function requestOf(c: Here, op: Operation): GatewayRequest {
  return {
    identity: c.get("identity"),
    requestId: c.get("requestId"),
    template: templateOf(op),
    method: c.req.method,
    path: c.req.path,
    idempotencyKey: op.sends ? idempotencyKeyOf(c) : null,
    respondAsync: /(?:^|[\s,;])respond-async(?:$|[\s,;])/i.test(c.req.header("prefer") ?? ""),
    signal: c.req.raw.signal,
  };
}

/** Parts that the route does not declare are empty; a body that may be left out gets its schema's defaults. */
function inputOf(c: Here, op: Operation) {
  const part = (target: "param" | "query" | "json") => c.req.valid(target as never) as Record<string, unknown>;
  const body = op.body ? part("json") : {};
  return {
    params: op.params ? part("param") : {},
    query: op.query ? part("query") : {},
    body: op.body && op.bodyOptional ? op.body.parse(body) : body,
  };
}

function answer(c: Here, op: Operation, reply: Reply<unknown>): Response {
  if (reply.seq !== null) c.header("Gastown-Seq", String(reply.seq));
  if (reply.location !== undefined) c.header("Location", reply.location);
  return c.json({ seq: reply.seq, data: reply.data }, reply.status ?? op.status ?? 200);
}

/** What changes something is told; what only looks is of interest to nobody but a debugger. */
function logAnswer({ logger }: GatewayContext, request: GatewayRequest, about: object): void {
  const fields = { ...about, method: request.method, actor: actorOf(request.identity), request: request.requestId };
  if (request.method === "GET") logger.debug(fields, "request answered");
  else logger.info(fields, "request answered");
}

/** The app answers the operation: span, token, size, validation, handler, in this order. */
export function addOperation(app: App, op: Operation, context: GatewayContext): void {
  const route = {
    ...routeOf(op, { documented: false }),
    middleware: [traced(op), authorised(op, context), limitBody],
  };
  const handler = async (c: Here): Promise<Response> => {
    const request = requestOf(c, op);
    const reply = await op.handle(inputOf(c, op), request, context);
    logAnswer(context, request, {
      town: c.req.param("town"),
      route: op.path,
      status: reply.status ?? op.status ?? 200,
    });
    return answer(c, op, reply);
  };
  // The library's types follow a literal route; ours is a value of a list, already checked by `operation`.
  const add = app.openapi as unknown as (
    route: RouteConfig,
    handler: (c: Here) => Promise<Response>,
    hook: (result: { target: string; success: boolean; error?: unknown }) => void,
  ) => unknown;
  add(route, handler, (result) => {
    if (!result.success)
      throw validationProblem(result.error as Parameters<typeof validationProblem>[0], result.target);
  });
}
