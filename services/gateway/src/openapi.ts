import { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { output } from "./api/agent-schemas.ts";
import { registerNamedSchemas } from "./api/name-schema.ts";
import { event } from "./api/named-schemas.ts";
import { townPath } from "./api/parameters.ts";
import { streamQuery } from "./live/stream-query.ts";
import { routeOf } from "./operation.ts";
import { operations } from "./routes/operations.ts";
import { documentTerminal } from "./terminal/document-terminal.ts";

export type OpenApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

const description = `REST and WebSocket API of a gas town. Reads are answered by the service that owns the data; writes are
commands that the gateway hands to their owner and, unless \`Prefer: respond-async\` says otherwise, waits for.

Every answer is \`{ seq, data }\`: \`seq\` is the sequence of the event log that the data is as of. Give it to the stream as
\`from\` and you miss nothing. Errors are problem documents (RFC 9457).`;

const streamFrame = z.union([
  z.object({ type: z.literal("hello"), seq: z.int(), stream: z.string() }),
  z.object({ type: z.literal("event"), seq: z.int(), event }),
  z.object({ type: z.literal("reset"), reason: z.enum(["stream_recreated", "too_old", "ahead"]), seq: z.int() }),
  z.object({ type: z.literal("output"), line: output }),
  z.object({ type: z.literal("output-skipped"), agent: z.string(), count: z.int() }),
]);

const streamDescription = `A WebSocket. The token comes in \`Authorization\`, or, from a browser, as a subprotocol:
\`new WebSocket(url, ["gastown.v1", "gastown.token.<token>"])\`.

The first frame is \`hello\`: the log's newest sequence, and which log it is. Then come the town's events after \`from\`, in order,
each once, and new ones as they happen; without \`from\` only new ones. \`reset\` means that the log does not reach back to
\`from\`: read the state again; events go on after its \`seq\`. Give \`stream\` of the last \`hello\` when you come back.

With \`agent\`, and after the message \`{"type":"subscribe","agent":"<id>"}\`, lines of that agent's output come as \`output\`.
Close codes: 4001 the token was revoked, 4008 you did not keep up (come back with \`from\`), 1001 the gateway stops.

Needs scope **read**.`;

function addStream(registry: OpenAPIHono["openAPIRegistry"]): void {
  registry.registerPath({
    operationId: "streamTown",
    method: "get",
    path: "/v1/towns/{town}/stream",
    tags: ["Log"],
    summary: "Follow a town's events (WebSocket)",
    description: streamDescription,
    security: [{ token: [] }],
    request: { params: townPath, query: streamQuery },
    responses: {
      101: {
        description: "Frames, one JSON object each",
        content: { "application/json": { schema: streamFrame.openapi("StreamFrame") } },
      },
      426: { description: "Not a WebSocket request" },
    },
  });
}

function addProbes(registry: OpenAPIHono["openAPIRegistry"]): void {
  for (const [path, id, summary] of [
    ["/healthz", "live", "The process answers"],
    ["/readyz", "ready", "The gateway can serve; 503 and the reason while it cannot"],
  ] as const)
    registry.registerPath({
      operationId: id,
      method: "get",
      path,
      tags: ["Installation"],
      summary,
      security: [],
      responses: { 200: { description: "It is so" } },
    });
}

/** The OpenAPI 3.1 document of everything the gateway serves, made from the routes and the schemas they validate with. */
export function openApiDocument({
  version,
  url = "/",
}: {
  version: string;
  url?: string | undefined;
}): OpenApiDocument {
  const app = new OpenAPIHono();
  const registry = app.openAPIRegistry;
  registry.registerComponent("securitySchemes", "token", {
    type: "http",
    scheme: "bearer",
    description: "A token of `gastown token create`.",
  });
  registerNamedSchemas(registry);
  for (const op of operations) registry.registerPath(routeOf(op, { documented: true }));
  addStream(registry);
  documentTerminal(registry);
  addProbes(registry);
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: { title: "Gastown", version, description, license: { name: "MIT" } },
    servers: [{ url }],
  });
}
