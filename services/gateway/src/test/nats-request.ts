import { connect } from "node:net";

/** Sends one message over a bare connection, as an administrator would by hand; resolves when the server has it. */
export function natsSend(url: string, subject: string, body: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(Number(port), hostname);
  socket.on("error", reject);
  socket.on("data", (data) => {
    if (!data.toString().includes("PONG")) return;
    socket.destroy();
    resolve();
  });
  socket.write(
    `CONNECT {"verbose":false}\r\nPUB ${subject} _inbox.none ${Buffer.byteLength(body)}\r\n${body}\r\nPING\r\n`,
  );
  return promise;
}
