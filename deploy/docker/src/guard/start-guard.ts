import { once } from "node:events";
import http, { type IncomingMessage, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { buffer } from "node:stream/consumers";
import { joinStreams } from "../gate/join-streams.ts";
import { refuseCall, type GuardedSettings } from "./refuse-call.ts";

const bodyLimit = 64 * 1024;

export interface GuardOptions {
  port: number;
  host?: string;
  /** The engine's socket. */
  socketPath: string;
  settings: GuardedSettings;
  onRefused?: (call: string, why: string) => void;
}

/** What stands between the dispatcher and the engine. */
export interface Guard {
  readonly port: number;
  close(): Promise<void>;
}

/** Serves the engine's API over TCP, as far as `refuseCall` lets it. */
export async function startGuard(options: GuardOptions): Promise<Guard> {
  const server = http.createServer((request, response) => void pass(request, response, options));
  server.on("upgrade", (request: IncomingMessage, socket: Duplex) => passUpgrade(request, socket, options));
  server.requestTimeout = 0; // events are listened to for ever
  server.listen(options.port, options.host ?? "0.0.0.0");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the guard has no port");
  return {
    port: address.port,
    async close() {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The call without its body; its address is what was asked, so that nothing else is passed on. */
function callOf(request: IncomingMessage) {
  const { pathname: path, searchParams: query } = new URL(request.url ?? "/", "http://engine");
  return { method: request.method ?? "", path, query };
}

async function pass(request: IncomingMessage, response: ServerResponse, options: GuardOptions): Promise<void> {
  try {
    const body = await readBody(request);
    const call = { ...callOf(request), body: body.length === 0 ? null : (JSON.parse(body.toString()) as unknown) };
    const why = refuseCall(call, options.settings);
    if (why !== null) return refuse(response, { status: 403, call: `${call.method} ${call.path}`, why }, options);
    forward(request, response, { body, options });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    refuse(response, { status: 400, call: `${request.method} ${request.url}`, why }, options);
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > bodyLimit) throw new Error("the body is too long");
  const body = await buffer(request);
  if (body.length > bodyLimit) throw new Error("the body is too long");
  return body;
}

function refuse(
  response: ServerResponse,
  { status, call, why }: { status: number; call: string; why: string },
  { onRefused }: GuardOptions,
): void {
  onRefused?.(call, why);
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ message: `refused by gastown's guard: ${why}` }));
}

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { body, options }: { body: Buffer; options: GuardOptions },
): void {
  const { method, path, query } = callOf(request);
  const headers = { host: "docker", "content-type": "application/json", "content-length": String(body.length) };
  const upstream = http.request({
    socketPath: options.socketPath,
    method,
    path: `${path}?${query.toString()}`,
    headers,
  });
  upstream.once("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, {
      "content-type": answer.headers["content-type"] ?? "application/json",
    });
    response.flushHeaders();
    answer.pipe(response);
    answer.once("error", () => response.destroy());
  });
  upstream.on("error", (error) =>
    refuse(response, { status: 502, call: `${method} ${path}`, why: error.message }, options),
  );
  response.once("close", () => upstream.destroy());
  upstream.end(body);
}

/** Passes a container's standard input on. */
function passUpgrade(request: IncomingMessage, socket: Duplex, options: GuardOptions): void {
  socket.on("error", () => socket.destroy());
  const call = { ...callOf(request), body: null };
  const why = refuseCall(call, options.settings);
  if (why !== null) {
    options.onRefused?.(`${call.method} ${call.path}`, why);
    socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return;
  }
  const headers = { host: "docker", connection: "Upgrade", upgrade: "tcp", "content-length": "0" };
  const upstream = http.request({
    socketPath: options.socketPath,
    method: call.method,
    path: `${call.path}?${call.query.toString()}`,
    headers,
  });
  upstream.once("upgrade", (_, engine) => {
    socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
    joinStreams(socket, engine);
  });
  upstream.once("response", (answer) => {
    answer.resume();
    socket.end(`HTTP/1.1 ${answer.statusCode} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  });
  upstream.once("error", () =>
    socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
  );
  upstream.end();
}
