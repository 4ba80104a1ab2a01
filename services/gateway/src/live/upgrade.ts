import { townId } from "@gastown/contracts";
import { span } from "@gastown/telemetry";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { assertTown } from "../assert-town.ts";
import type { GatewayContext } from "../context.ts";
import { bearerOf, demand, identify } from "../identify.ts";
import { problemOf } from "../problem-of.ts";
import { Problem } from "../problem.ts";
import { requestIdOf } from "../request-id.ts";
import { validationProblem } from "../validation.ts";
import type { SessionRequest } from "./sessions.ts";
import { streamQuery, type StreamQuery } from "./stream-query.ts";

const streamPath = /^\/v1\/towns\/([^/]+)\/stream$/;
const streamTemplate = "GET /v1/towns/{town}/stream";
const maxSockets = 2_000;
const maxMessageBytes = 4 * 1024;

/** The subprotocol a browser asks for besides the one that carries its token: it cannot set headers. */
const protocol = "gastown.v1";
const tokenProtocol = /^gastown\.token\.(.+)$/;

function protocolsOf(request: IncomingMessage): string[] {
  return (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
}

function tokenOf(request: IncomingMessage): string | null {
  const header = bearerOf(request.headers.authorization);
  return (
    header ??
    protocolsOf(request)
      .map((name) => tokenProtocol.exec(name)?.[1])
      .find((token) => token !== undefined) ??
    null
  );
}

function queryOf(url: URL): StreamQuery {
  const names = [...new Set(url.searchParams.keys())];
  const given = names.map((name) => {
    const values = url.searchParams.getAll(name);
    return [name, values.length === 1 ? values[0] : values] as const;
  });
  const query = streamQuery.safeParse(Object.fromEntries(given));
  if (!query.success) throw validationProblem(query.error, "query");
  return query.data;
}

/** What the request asks for, when its token may and the town exists; else a problem. */
async function admit(request: IncomingMessage, url: URL, context: GatewayContext): Promise<SessionRequest> {
  const named = streamPath.exec(url.pathname)?.[1];
  if (named === undefined) throw new Problem("no_route", { detail: `No WebSocket at ${url.pathname}.` });
  const identity = await identify(tokenOf(request), context);
  const town = townId.safeParse(named);
  if (!town.success)
    throw new Problem("not_found", {
      detail: `No such id can exist. town: ${town.error.issues[0]?.message ?? "wrong"}`,
      errors: [{ field: "town", reason: town.error.issues[0]?.message ?? "wrong" }],
    });
  demand(identity, { scope: "read", town: town.data });
  const { agent: agents = [], from, stream } = queryOf(url);
  await assertTown(context, town.data);
  if (context.sessions.size >= maxSockets)
    throw new Problem("too_many_sockets", { detail: `This gateway serves ${maxSockets} streams already.` });
  return { town: town.data, identity, from, stream, agents };
}

function refuse(socket: Duplex, problem: Problem, request: { path: string; requestId: string }): void {
  const body = JSON.stringify(problem.document(request));
  const headers = {
    ...problem.options.headers,
    "content-type": "application/problem+json",
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${problem.status} Refused`, ...lines, "", body].join("\r\n"));
}

/** The server answers WebSocket requests for streams, and refuses the others with a problem document. */
export function serveUpgrades(server: Server, context: GatewayContext): void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    // The token is never sent back, unless it is all that was offered: browsers insist on an answer.
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : ([...offered][0] ?? false)),
  });
  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const url = new URL(request.url ?? "/", "http://gateway");
    const requestId = requestIdOf(request.headers["x-request-id"]);
    try {
      const admitted = await span(
        streamTemplate,
        {
          kind: "server",
          attributes: { "http.route": "/v1/towns/{town}/stream", "url.path": url.pathname, "request.id": requestId },
          parent: carrierOf(request),
        },
        () => admit(request, url, context),
      );
      if (socket.destroyed) return;
      sockets.handleUpgrade(request, socket, head, (opened) => context.sessions.open(opened, admitted));
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 500) context.logger.error({ err: error, request: requestId }, "stream request failed");
      refuse(socket, problem, { path: url.pathname, requestId });
    }
  };
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", (error) => context.logger.debug({ err: error }, "socket failed before it was a stream"));
    upgrade(request, socket, head).catch((error: unknown) => {
      context.logger.error({ err: error }, "stream request failed");
      socket.destroy();
    });
  });
}

function carrierOf({ headers }: IncomingMessage): { traceparent?: string; tracestate?: string } {
  const { traceparent, tracestate } = headers;
  return {
    ...(typeof traceparent === "string" && { traceparent }),
    ...(typeof tracestate === "string" && { tracestate }),
  };
}
