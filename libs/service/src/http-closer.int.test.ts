import { once } from "node:events";
import { Agent, createServer, get, type RequestListener } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { httpCloser } from "./http-closer.ts";

/** Long beside what closing takes, and short beside the test's own limit. */
const graceMs = 20_000;

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  const close = httpCloser(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => server.closeAllConnections());
  return { server, close, port: (server.address() as AddressInfo).port };
}

async function msOf(work: Promise<void>): Promise<number> {
  const from = performance.now();
  await work;
  return performance.now() - from;
}

test("a connection on which nothing was asked holds nobody up", async () => {
  const { server, close, port } = await serve((_, response) => response.end());
  const spare = connect(port, "127.0.0.1");
  spare.on("error", () => {});
  await once(server, "connection");
  expect(await msOf(close(graceMs))).toBeLessThan(3_000);
  await close(graceMs);
});

test("a request that runs is answered, and then its connection is not kept", async () => {
  const asked = Promise.withResolvers<() => void>();
  const { close, port } = await serve((_, response) => asked.resolve(() => response.end("done")));
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const answer = Promise.withResolvers<number | undefined>();
  get({ port, host: "127.0.0.1", agent }, (response) => {
    response.resume().on("end", () => answer.resolve(response.statusCode));
  }).on("error", answer.reject);
  const end = await asked.promise;
  const closing = msOf(close(graceMs));
  end();
  expect(await answer.promise).toBe(200);
  expect(await closing).toBeLessThan(3_000);
});

test("a request that never ends is cut off", async () => {
  const asked = Promise.withResolvers<void>();
  const { close, port } = await serve(() => asked.resolve());
  get({ port, host: "127.0.0.1" }).on("error", () => {});
  await asked.promise;
  expect(await msOf(close(50))).toBeLessThan(3_000);
});
