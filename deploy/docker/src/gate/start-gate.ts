import { once } from "node:events";
import { chmod, mkdir, rm } from "node:fs/promises";
import net, { type Server } from "node:net";
import { join } from "node:path";
import { parseAllowList, parseDestination } from "./allow-list.ts";
import { joinStreams } from "./join-streams.ts";
import { createProxyServer, type TellAsked } from "./proxy-server.ts";

export interface GateOptions {
  /** The folder that containers see as /run/gastown. Absolute, and short: a socket's path has room for 107 characters. */
  folder: string;
  /** The bus, as `host:port`. */
  nats: string;
  /** What else agents may reach; `parseAllowList` says how it is written. */
  allow: string;
  onAsked?: TellAsked;
}

/** The way out of agents' containers, which have no network. */
export interface Gate {
  close(): Promise<void>;
}

/**
 * Opens the gate: `nats.sock` leads to the bus, `proxy.sock` is an HTTP proxy to what is allowed. Sockets of an earlier gate are
 * replaced. Throws on an allow list that cannot be read.
 */
export async function startGate({ folder, nats, allow, onAsked = () => {} }: GateOptions): Promise<Gate> {
  const bus = parseDestination(nats);
  const list = parseAllowList(allow);
  await mkdir(folder, { recursive: true });
  // A container's user is another one than ours. Who gets this far is up to the folders above, and to the mounts of containers.
  await chmod(folder, 0o755);
  const connections = new Set<net.Socket>();
  const toBus = net.createServer({ allowHalfOpen: true }, (socket) => {
    joinStreams(socket, net.connect({ ...bus, allowHalfOpen: true }));
  });
  const servers: Server[] = [toBus, createProxyServer(list, onAsked)];
  for (const server of servers) {
    server.on("connection", (socket: net.Socket) => {
      connections.add(socket);
      socket.once("close", () => connections.delete(socket));
    });
  }
  await listen(toBus, join(folder, "nats.sock"));
  await listen(servers[1] ?? toBus, join(folder, "proxy.sock"));
  return {
    async close() {
      const closed = servers.map((server) => once(server.close(), "close"));
      for (const socket of connections) socket.destroy();
      await Promise.all(closed);
    },
  };
}

async function listen(server: Server, path: string): Promise<void> {
  await rm(path, { force: true });
  server.listen(path);
  await once(server, "listening");
  await chmod(path, 0o666);
}
