import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import type { z } from "zod";
import { validationProblem } from "../validation.ts";

/** What answers WebSocket requests for one route. */
export interface Door {
  /** `/v1/towns/{town}/stream`: the name of the route in traces. */
  readonly route: string;
  /** What follows it in the path are the route's variables. */
  readonly path: RegExp;
  /** A client that says more in one message is cut off. */
  readonly maxMessageBytes: number;
  /** Who serves the socket, when the request may have one; else it throws a problem. */
  admit(request: IncomingMessage, url: URL, variables: string[]): Promise<(socket: WebSocket) => void>;
}

/** The subprotocols a request offers: browsers cannot set headers, so secrets come in a name. */
function protocolsOf(request: IncomingMessage): string[] {
  return (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
}

/** What the first offered subprotocol that begins with `prefix` says behind it; null without one. */
export function protocolValue(request: IncomingMessage, prefix: string): string | null {
  const name = protocolsOf(request).find((offered) => offered.startsWith(prefix) && offered.length > prefix.length);
  return name?.slice(prefix.length) ?? null;
}

/** The query as its schema has it; a problem that names every wrong parameter otherwise. */
export function queryOf<Query extends z.ZodType>(url: URL, schema: Query): z.output<Query> {
  const names = [...new Set(url.searchParams.keys())];
  const given = names.map((name) => {
    const values = url.searchParams.getAll(name);
    return [name, values.length === 1 ? values[0] : values] as const;
  });
  const query = schema.safeParse(Object.fromEntries(given));
  if (!query.success) throw validationProblem(query.error, "query");
  return query.data;
}
