import { once } from "node:events";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startGate, type Gate } from "./start-gate.ts";

/** Says what it was asked, and by which headers. */
const forge = http.createServer((request, response) => {
  void text(request).then((body) => {
    response.setHeader("x-forge", "yes");
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
  });
});
/** Greets as the bus does, and says everything again when the other side has ended. */
const bus = net.createServer({ allowHalfOpen: true }, (socket) => {
  socket.write("INFO {}\r\n");
  void text(socket).then((said) => socket.end(said.toUpperCase()));
});
const asked: string[] = [];
let folder: string;
let gate: Gate;
let forgePort: number;

async function listening(server: net.Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
const options = async (allow: string) => ({
  folder,
  nats: `127.0.0.1:${(bus.address() as AddressInfo).port}`,
  allow,
  onAsked: ({ destination, allowed }: { destination: string; allowed: boolean }) =>
    void asked.push(`${destination} ${allowed ? "yes" : "no"}`),
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gate-"));
  forgePort = await listening(forge);
  await listening(bus);
  // A gate that was killed left its sockets.
  await writeFile(join(folder, "nats.sock"), "");
  gate = await startGate(await options(`forge.gastown:80=127.0.0.1:${forgePort},127.0.0.1:1`));
});
afterAll(async () => {
  await gate.close();
  forge.close();
  bus.close();
  await rm(folder, { recursive: true });
});

/** What the proxy answers to these lines, until it ends the connection. */
async function say(lines: string[], more = ""): Promise<string> {
  const socket = net.connect({ path: join(folder, "proxy.sock"), allowHalfOpen: true });
  socket.write(`${lines.join("\r\n")}\r\n\r\n${more}`);
  const answer = await text(socket);
  socket.destroy();
  return answer;
}

test("the bus is behind its socket, both ways until each side ends", async () => {
  const socket = net.connect({ path: join(folder, "nats.sock"), allowHalfOpen: true });
  socket.end("connect me");
  expect(await text(socket)).toBe("INFO {}\r\nCONNECT ME");
});

test("a request for what is allowed goes where its name says, without what was said to the proxy", async () => {
  const lines = ["POST http://forge.gastown/a.git?service=x HTTP/1.1", "Host: forge.gastown", "X-Own: 1"];
  const answer = await say([...lines, "Proxy-Authorization: secret", "Connection: close", "Content-Length: 4"], "body");
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(answer).toContain("x-forge: yes");
  expect(answer).toContain(`"method":"POST","url":"/a.git?service=x"`);
  expect(answer).toContain(`"host":"forge.gastown"`);
  expect(answer).toContain(`"x-own":"1"`);
  expect(answer).toContain(`"body":"body"`);
  expect(answer).not.toContain("secret");
});

test("a tunnel leads to what is allowed", async () => {
  const inner = "GET /inside HTTP/1.1\r\nHost: forge.gastown\r\nConnection: close\r\n\r\n";
  const answer = await say(["CONNECT forge.gastown:80 HTTP/1.1", "Host: forge.gastown:80"], inner);
  expect(answer).toMatch(/^HTTP\/1\.1 200 Connection Established\r\n\r\nHTTP\/1\.1 200 OK[^]*"url":"\/inside"/);
});

test.each([
  ["CONNECT 127.0.0.1:FORGE HTTP/1.1", 403, "agents may not reach 127.0.0.1:FORGE"],
  ["CONNECT example.org:443 HTTP/1.1", 403, "may not reach example.org:443"],
  ["CONNECT nonsense HTTP/1.1", 403, "may not reach nonsense"],
  ["GET http://example.org/x HTTP/1.1", 403, "GASTOWN_EGRESS"],
  ["GET http://127.0.0.1:FORGE/ HTTP/1.1", 403, "may not reach 127.0.0.1:FORGE"],
  ["GET /etc/passwd HTTP/1.1", 400, "this is a proxy"],
  ["GET https://forge.gastown/ HTTP/1.1", 400, "this is a proxy"],
  ["CONNECT 127.0.0.1:1 HTTP/1.1", 502, ""],
  ["GET http://127.0.0.1:1/ HTTP/1.1", 502, "does not answer"],
])("%s is answered with %i", async (line, status, words) => {
  const [asks, says] = [line, words].map((given) => given.replace("FORGE", String(forgePort)));
  const answer = await say([asks ?? "", "Host: any", "Connection: close"]);
  expect(answer.split(" ")[1]).toBe(String(status));
  expect(answer).toContain(says);
});

test("what was asked for is told, and whether it was allowed", () => {
  expect(asked).toContain("forge.gastown:80 yes");
  expect(asked).toContain("example.org:443 no");
});

test("every user of the machine that gets there may use the sockets, and a wrong list opens no gate", async () => {
  for (const name of ["nats.sock", "proxy.sock"]) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o666);
  await expect(startGate(await options("everything"))).rejects.toThrow('"everything" is none of');
});
