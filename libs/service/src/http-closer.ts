import { once } from "node:events";
import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Answers what closes this server: it takes nothing new, lets the requests that run end, and cuts off what still runs after `graceMs`.
 * A second time changes nothing. To be called before the server listens. `Server.close` alone would wait for two kinds of connections
 * that nobody uses: those on which nothing was ever asked, as browsers keep one ready, and those whose last answer ends only now (5 s).
 */
export function httpCloser(server: Server): (graceMs: number) => Promise<void> {
  const open = new Set<Socket>();
  let closing = false;
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
  });
  server.on("request", (_, response) => {
    response.once("close", () => {
      if (closing) server.closeIdleConnections();
    });
  });
  return async (graceMs) => {
    if (!server.listening) return;
    closing = true;
    const closed = once(server, "close");
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close();
    server.closeIdleConnections();
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    await closed;
    clearTimeout(cut);
  };
}
