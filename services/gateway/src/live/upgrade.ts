import { span } from "@gastown/telemetry";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { GatewayContext } from "../context.ts";
import { problemOf } from "../problem-of.ts";
import { Problem } from "../problem.ts";
import { requestIdOf } from "../request-id.ts";
import type { Door } from "./door.ts";

/** The subprotocol a browser asks for besides the one that carries its secret. */
const protocol = "gastown.v1";

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

interface Knock {
  request: IncomingMessage;
  socket: Duplex;
  head: Buffer;
}

/** Opens the door to a request; false when it is at none. */
type Opening = (knock: Knock, url: URL, requestId: string) => Promise<boolean>;

function openingOf(door: Door): Opening {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: door.maxMessageBytes,
    // The secret is never sent back, unless it is all that was offered: browsers insist on an answer.
    handleProtocols: (offered) => (offered.has(protocol) ? protocol : ([...offered][0] ?? false)),
  });
  return async ({ request, socket, head }, url, requestId) => {
    const matched = door.path.exec(url.pathname);
    if (matched === null) return false;
    const attributes = { "http.route": door.route, "url.path": url.pathname, "request.id": requestId };
    const serve = await span(`GET ${door.route}`, { kind: "server", attributes, parent: carrierOf(request) }, () =>
      door.admit(request, url, matched.slice(1)),
    );
    if (!socket.destroyed) sockets.handleUpgrade(request, socket, head, serve);
    return true;
  };
}

/** The server answers WebSocket requests at the doors, and refuses the others with a problem document. */
export function serveUpgrades(server: Server, { logger }: Pick<GatewayContext, "logger">, doors: Door[]): void {
  const openings = doors.map(openingOf);
  const upgrade = async (knock: Knock): Promise<void> => {
    const url = new URL(knock.request.url ?? "/", "http://gateway");
    const requestId = requestIdOf(knock.request.headers["x-request-id"]);
    try {
      for (const open of openings) if (await open(knock, url, requestId)) return;
      throw new Problem("no_route", { detail: `No WebSocket at ${url.pathname}.` });
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 500) logger.error({ err: error, request: requestId }, "WebSocket request failed");
      refuse(knock.socket, problem, { path: url.pathname, requestId });
    }
  };
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", (error) => logger.debug({ err: error }, "socket failed before it was served"));
    upgrade({ request, socket, head }).catch((error: unknown) => {
      logger.error({ err: error }, "WebSocket request failed");
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
