import { createServer } from "node:net";
import { once } from "node:events";
import { startNats } from "@gastown/testkit";
import { expect, onTestFinished, test } from "vitest";
import { connectBus, makeBusKeys, userCredentials } from "./index.ts";
import { silent } from "./test/silent.ts";
import { wireOf } from "./wire.ts";

const options = { name: "test", inboxPrefix: "_INBOX_test", logger: silent };

test("the first connection is waited for until the signal aborts", async () => {
  const nats = await startNats();
  onTestFinished(() => nats.close());
  await nats.kill9();
  const waiting = new AbortController();
  const never = connectBus({ ...options, servers: nats.url, signal: waiting.signal });
  const later = connectBus({ ...options, servers: nats.url });
  waiting.abort(new Error("stopped"));
  await expect(never).rejects.toThrow("stopped");
  await nats.restart();
  const bus = await later;
  expect(bus.connected()).toBe(true);
  expect(bus.status()).toMatchObject({ connected: true, lastError: null });
  await bus.close();
  expect(bus.connected()).toBe(false);
  await bus.close();
});

test("a connection that is lost can be closed", async () => {
  const nats = await startNats();
  onTestFinished(() => nats.close());
  const bus = await connectBus({ ...options, servers: nats.url });
  await nats.kill9();
  await bus.close();
  expect(bus.connected()).toBe(false);
});

test("who has credentials is let in, with its own inbox; others are told what to do", async () => {
  const keys = makeBusKeys();
  const nats = await startNats({ keys });
  onTestFinished(() => nats.close());
  const connect = (login: { user?: string; password?: string; credentials?: string }) =>
    connectBus({ ...options, servers: nats.url, inboxPrefix: "_INBOX_town", ...login });
  // As a variable has it that was read from a file.
  const bus = await connect({ credentials: userCredentials(keys, "town").trimEnd() });
  onTestFinished(() => bus.close());
  const replies: string[] = [];
  const { connection } = wireOf(bus);
  connection.subscribe("echo", {
    callback: (_, message) => void (replies.push(message.reply ?? ""), message.respond("")),
  });
  await connection.request("echo");
  expect(replies).toEqual([expect.stringMatching(/^_INBOX_town\./)]);

  await expect(connect({})).rejects.toThrow(/refused the connection without a user.*NATS_CREDENTIALS_FILE/);
  await expect(connect({ user: "town", password: "guess" })).rejects.toThrow('refused the connection as "town"');
  const half = userCredentials(keys, "town").split("-----BEGIN USER")[0] ?? "";
  await expect(connect({ credentials: half })).rejects.toThrow("the NATS credentials cannot be read");
  // Signed, but not by this installation.
  const foreign = userCredentials(makeBusKeys(), "town");
  await expect(connect({ credentials: foreign })).rejects.toThrow("refused the connection with these credentials");
});

test.each([
  ["too old a server", { version: "2.8.4", jetstream: true }, "nats-server 2.8.4 is too old: install 2.9.10"],
  ["a server without JetStream", { version: "2.15.1" }, "has no JetStream: start it with -js"],
])("%s is refused", async (_, info, message) => {
  const server = createServer((socket) => {
    const told = {
      server_id: "x",
      server_name: "x",
      go: "x",
      host: "x",
      port: 1,
      proto: 1,
      max_payload: 1,
      client_id: 1,
      headers: true,
    };
    socket.write(`INFO ${JSON.stringify({ ...told, ...info })}\r\n`);
    socket.on("data", (data) => void (data.includes("PING") && socket.write("PONG\r\n")));
    socket.on("error", () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await expect(connectBus({ ...options, servers: `nats://127.0.0.1:${port}` })).rejects.toThrow(message);
});
