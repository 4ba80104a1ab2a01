import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { expect, onTestFinished, test, vi } from "vitest";
import { createPtyTerminals } from "./pty-terminals.ts";

test("a terminal whose connection never opens is refused and ended, and its place is free again", async () => {
  const asked: string[] = [];
  const silent: Duplex[] = [];
  const asksToOpen = Promise.withResolvers<void>();
  const server = createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url?.split("?")[0] ?? ""}`);
    response.end(JSON.stringify({ id: "pty_1" }));
  });
  server.on("upgrade", (_, socket) => {
    silent.push(socket);
    asksToOpen.resolve();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Its time passes when it has asked, and not before.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  onTestFinished(() => {
    vi.useRealTimers();
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
    connectMs: 5_000,
  });

  const size = { cols: 80, rows: 24 };
  const opening = terminals.open({ program: "shell", size, title: "one", onOutput: () => {} }).catch((e: unknown) => e);
  await asksToOpen.promise;
  vi.advanceTimersByTime(5_000);
  expect(await opening).toMatchObject({
    name: "TerminalError",
    code: "terminal_failed",
    message: expect.stringContaining("did not open within 5000 ms") as string,
  });
  expect(asked).toEqual(["POST /pty", "PUT /pty/pty_1", "DELETE /pty/pty_1"]);
  expect(silent).toHaveLength(1);
});
