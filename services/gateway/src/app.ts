import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context, ErrorHandler } from "hono";
import { addOperation, type App, type Variables } from "./add-operation.ts";
import type { GatewayContext } from "./context.ts";
import { openApiDocument } from "./openapi.ts";
import { addInstallPages, pageRoutes } from "./install/add-install-pages.ts";
import { addPages } from "./pages.ts";
import { problemOf } from "./problem-of.ts";
import { Problem, problemResponse } from "./problem.ts";
import { requestIdOf } from "./request-id.ts";
import { createRouteTable } from "./route-table.ts";
import { operations } from "./routes/operations.ts";

function onError(context: GatewayContext): ErrorHandler<Variables> {
  return (error, c) => {
    const problem = problemOf(error);
    const request = { path: c.req.path, requestId: c.get("requestId") };
    const fields = {
      method: c.req.method,
      path: c.req.path,
      request: request.requestId,
      status: problem.status,
      code: problem.code,
    };
    if (problem.status >= 500)
      context.logger.error({ ...fields, err: problem.options.cause ?? problem }, "request failed");
    else context.logger.info({ ...fields, detail: problem.message }, "request refused");
    return problemResponse(problem, request);
  };
}

function webSocketOnly(c: Context<Variables>): never {
  if (c.req.method !== "GET")
    throw new Problem("method_not_allowed", {
      detail: `${c.req.method} is not a method of ${c.req.path}.`,
      headers: { allow: "GET" },
    });
  throw new Problem("upgrade_required", {
    detail: "This route speaks WebSocket only.",
    headers: { upgrade: "websocket", connection: "Upgrade" },
  });
}

/** 404, or 405 with `Allow` when the path has other methods. */
function addFallback(app: App): void {
  const table = createRouteTable([
    ...operations,
    ...pageRoutes,
    { method: "get", path: "/docs" },
    { method: "get", path: "/openapi.json" },
    { method: "get", path: "/healthz" },
    { method: "get", path: "/readyz" },
  ]);
  app.all("/v1/towns/:town/stream", webSocketOnly);
  app.all("/v1/towns/:town/agents/:agent/terminal", webSocketOnly);
  app.notFound((c) => {
    const allowed = table.methodsOf(c.req.path);
    const { method, path } = c.req;
    if (allowed.length === 0) throw new Problem("no_route", { detail: `There is no ${path}.` });
    throw new Problem("method_not_allowed", {
      detail: `${method} is not a method of ${path}.`,
      headers: { allow: allowed.join(", ") },
    });
  });
}

function addProbes(app: App, context: GatewayContext): void {
  app.get("/healthz", (c) => c.json({ ok: true }));
  app.get("/readyz", async (c) => {
    const dependencies = await context.dependencies();
    const missing = Object.entries(dependencies)
      .filter(([, { state }]) => state !== "connected")
      .map(([name]) => name);
    // Reasons name hosts, so only those with a token learn them (`/v1/health`).
    return c.json({ ok: missing.length === 0, missing }, missing.length === 0 ? 200 : 503);
  });
}

/** The HTTP side of the gateway. */
export function createApp(context: GatewayContext): App {
  const app: App = new OpenAPIHono<Variables>();
  app.use(async (c, next) => {
    c.set("requestId", requestIdOf(c.req.header("x-request-id")));
    await next();
    c.header("X-Request-Id", c.get("requestId"));
    c.header("X-Content-Type-Options", "nosniff");
    if (c.req.path.startsWith("/v1/")) c.header("Cache-Control", "no-store");
  });
  app.onError(onError(context));
  for (const op of operations) addOperation(app, op, context);
  addProbes(app, context);
  addInstallPages(app, context);
  addPages(app, openApiDocument({ version: context.version, url: context.config.publicUrl }));
  addFallback(app);
  return app;
}
