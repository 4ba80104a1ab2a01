// What runs first in a town's container: `entry.ts <program>`. Opens the ways to the gate, answers the engine's question whether
// this process reacts, and then is the program.
import net from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { joinStreams } from "../gate/join-streams.ts";

/** Each port of our own loopback leads to a socket of the gate. services/dispatcher/src/runtime/docker/container-options.ts knows them. */
const ways = [
  { port: 4222, socket: "nats.sock" },
  { port: 3128, socket: "proxy.sock" },
];
/** deploy/docker/agent-healthy.sh asks here. */
const healthPort = 4079;

const [, , program] = process.argv;
const gate = process.env["GASTOWN_GATE"];
if (program === undefined) throw new Error("usage: entry.ts <program>");

/** Serves on our own loopback, without keeping the process alive: it ends when the program does. */
function serve(port: number, answer: (socket: net.Socket) => void): void {
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy());
    socket.unref();
    answer(socket);
  });
  server.listen(port, "127.0.0.1");
  server.unref();
}

serve(healthPort, (socket) => void socket.end("ok\n"));
if (gate !== undefined) {
  for (const { port, socket: name } of ways) {
    serve(port, (socket) => joinStreams(socket, net.connect({ path: join(gate, name), allowHalfOpen: true }).unref()));
  }
}
await import(pathToFileURL(program).href);
