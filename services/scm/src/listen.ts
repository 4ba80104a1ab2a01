import { once } from "node:events";
import type { Server } from "node:http";
import { httpCloser } from "@gastown/service";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";

export interface Listening {
  /** `http://<host>:<port>`, with the port that was found. */
  readonly url: string;
  /** Takes no more requests, and ends those that still run after `graceMs`. A second time changes nothing. */
  close(graceMs: number): Promise<void>;
}

/** A push of a large repository takes its time; Node's own limit for receiving a request is 5 minutes. */
const longestRequestMs = 30 * 60_000;

/** Opens the port; rejects when it cannot be opened. */
export async function listen(host: string, port: number): Promise<Listening & { serve(app: Hono): void }> {
  let app: Hono | undefined;
  const server = createAdaptorServer({ fetch: (request, env) => app?.fetch(request, env) ?? notYet() }) as Server;
  server.requestTimeout = longestRequestMs;
  const close = httpCloser(server);
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    serve: (ready) => void (app = ready),
    close,
  };
}

function notYet(): Response {
  return new Response("starting\n", { status: 503, headers: { "Retry-After": "1" } });
}
