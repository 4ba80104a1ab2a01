import { connect } from "node:net";

const timeoutMs = 2_000;

/** Connects to a port of 127.0.0.1, sends `hello`, and answers the first bytes that come back; null when nothing does. */
export function firstBytes(port: number, hello?: Uint8Array): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: timeoutMs });
    const end = (answer: string | null) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => hello && socket.write(hello));
    socket.once("data", (data) => end(data.toString("latin1")));
    socket.once("timeout", () => end(null));
    socket.once("error", () => end(null));
    socket.once("close", () => end(null));
  });
}
