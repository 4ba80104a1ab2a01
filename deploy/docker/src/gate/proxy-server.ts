import http, {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import net from "node:net";
import type { Duplex } from "node:stream";
import { parseDestination, type AllowList, type Destination } from "./allow-list.ts";
import { joinStreams } from "./join-streams.ts";

const connectMs = 15_000;
/** What is said to a proxy or about this one connection, and is not passed on in either direction. */
const ownHeaders = new Set([
  "proxy-connection",
  "proxy-authorization",
  "connection",
  "keep-alive",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** Called for each connection that is asked for. */
export type TellAsked = (asked: { destination: string; allowed: boolean }) => void;

/** An HTTP proxy (CONNECT, and requests with a whole URL) that reaches what the list allows and refuses the rest with 403. */
export function createProxyServer(allow: AllowList, tell: TellAsked): Server {
  const find = (asked: Destination): Destination | null => {
    const found = allow.find(asked);
    tell({ destination: `${asked.host}:${asked.port}`, allowed: found !== null });
    return found;
  };
  const server = http.createServer((request, response) => passRequest(request, response, find));
  server.on("connect", (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    openTunnel({ asked: request.url ?? "", socket, head }, find),
  );
  return server;
}

type Find = (asked: Destination) => Destination | null;

function refusal(asked: string): string {
  return `gastown: agents may not reach ${asked}. Whoever runs this installation can allow it in GASTOWN_EGRESS.\n`;
}

function openTunnel({ asked, socket, head }: { asked: string; socket: Duplex; head: Buffer }, find: Find): void {
  socket.on("error", () => socket.destroy());
  const target = readDestination(asked);
  const real = target === null ? null : find(target);
  if (real === null) {
    const text = refusal(asked);
    socket.end(`HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`);
    return;
  }
  const upstream = net.connect({ ...real, timeout: connectMs, allowHalfOpen: true });
  const fail = (): void => {
    socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    upstream.destroy();
  };
  upstream.once("error", fail).once("timeout", fail);
  upstream.once("connect", () => {
    upstream.off("error", fail).off("timeout", fail).setTimeout(0);
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    if (head.length > 0) upstream.write(head);
    joinStreams(socket, upstream);
  });
}

function passRequest(request: IncomingMessage, response: ServerResponse, find: Find): void {
  const url = URL.canParse(request.url ?? "") ? new URL(request.url ?? "") : null;
  if (url?.protocol !== "http:") {
    response.writeHead(400, { "content-type": "text/plain" }).end("gastown: this is a proxy for http:// and CONNECT\n");
    return;
  }
  const real = find({ host: url.hostname, port: Number(url.port || 80) });
  if (real === null) {
    response.writeHead(403, { "content-type": "text/plain" }).end(refusal(url.host));
    return;
  }
  const headers = passedOn(request.headers);
  const upstream = http.request({ ...real, method: request.method, path: `${url.pathname}${url.search}`, headers });
  upstream.once("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedOn(answer.headers));
    answer.pipe(response);
    answer.once("error", () => response.destroy());
  });
  upstream.on("error", () => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502, { "content-type": "text/plain" }).end(`gastown: ${url.host} does not answer\n`);
  });
  response.once("close", () => upstream.destroy());
  request.pipe(upstream);
}

function passedOn(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name)));
}

function readDestination(text: string): Destination | null {
  try {
    return parseDestination(text);
  } catch {
    return null; // what is no address may not be reached either
  }
}
