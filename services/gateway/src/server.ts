import { httpCloser } from "@gastown/service";
import { createAdaptorServer } from "@hono/node-server";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { App } from "./add-operation.ts";

/** Requests that still run this long after the gateway was told to stop are cut off. */
const closeGraceMs = 10_000;

export interface Listening {
  http: Server;
  /** `http://127.0.0.1:4080`. */
  url: string;
  /** Takes no new request, lets the running ones end. */
  close(): Promise<void>;
}

/** The app listens on the address. Throws when it cannot. */
export async function listen(app: App, { host, port }: { host: string; port: number }): Promise<Listening> {
  const http = createAdaptorServer({
    fetch: app.fetch,
    createServer,
    serverOptions: { requestTimeout: 30_000, headersTimeout: 10_000 },
  }) as Server;
  const close = httpCloser(http);
  http.listen(port, host);
  await once(http, "listening");
  const address = http.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const name = address.family === "IPv6" ? `[${address.address}]` : address.address;
  return {
    http,
    url: `http://${name}:${address.port}`,
    close: () => close(closeGraceMs),
  };
}
