import { createAdaptorServer } from "@hono/node-server";
import type { Hono } from "hono";

/** The host's services for its own agents, on loopback. */
export interface LocalServer {
  url: string;
  close(): Promise<void>;
}

/** Serves on a free port of 127.0.0.1. */
export async function startLocalServer(app: Hono): Promise<LocalServer> {
  const server = createAdaptorServer({ fetch: app.fetch });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the local server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
}
