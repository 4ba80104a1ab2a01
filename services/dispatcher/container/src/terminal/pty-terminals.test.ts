import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { createPtyTerminals } from "./pty-terminals.ts";

test("a terminal whose connection never opens is refused and ended, and its place is free again", async () => {
  const asked: string[] = [];
  const silent: Duplex[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url?.split("?")[0] ?? ""}`);
    response.end(JSON.stringify({ id: "pty_1" }));
  });
  server.on("upgrade", (_, socket) => silent.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of silent) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const terminals = createPtyTerminals({
    address: { url: `http://127.0.0.1:${port}`, user: "u", password: "p", directory: "/tmp" },
    binary: "opencode",
    envPrefix: "OPENCODE",
    session: () => null,
    connectMs: 50,
  });

  const size = { cols: 80, rows: 24 };
  await expect(terminals.open({ program: "shell", size, title: "one", onOutput: () => {} })).rejects.toMatchObject({
    code: "terminal_failed",
    message: expect.stringContaining("did not open within 50 ms") as string,
  });
  expect(asked).toEqual(["POST /pty", "PUT /pty/pty_1", "DELETE /pty/pty_1"]);
  expect(silent).toHaveLength(1);
});
