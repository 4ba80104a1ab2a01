import { connectDatabase } from "@gastown/db";
import { eventually, startPostgres, type TestPostgres } from "@gastown/testkit";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WebSocket } from "ws";
import { tokens } from "./store/schema.ts";
import { openSocket } from "./test/socket.ts";
import { adminToken, silent, useGateway } from "./test/start-gateway.ts";

let postgres: TestPostgres;
// Both ends of each socket run in this process, so that the time to answer is also the longest that it may stand still.
const config = { pingMs: 500, databaseUrl: "" };
beforeAll(async () => {
  postgres = await startPostgres();
  config.databaseUrl = await postgres.createDatabase();
});
afterAll(() => postgres.close());
const gateway = useGateway(config);

test("a socket that does not answer pings is ended; one that does stays", async () => {
  const deaf = new WebSocket(`${gateway.url.replace("http", "ws")}/v1/towns/t1/stream`, {
    headers: { authorization: `Bearer ${adminToken}` },
    autoPong: false,
  });
  const ended = once(deaf, "close");
  const alive = await openSocket(gateway.url, "/v1/towns/t1/stream");
  const [code] = (await ended) as [number];
  expect(code).toBe(1006);
  let pings = 0;
  alive.ws.on("ping", () => pings++);
  await eventually(() => pings > 2);
  expect(alive.ws.readyState).toBe(WebSocket.OPEN);
  alive.ws.close();
});

test("a secret is stored nowhere, and a token that another gateway revoked loses its sockets too", async () => {
  const { id, token } = (await gateway.call("/v1/tokens", { body: { name: "anna", scope: "read" } })).body.data;
  const socket = await openSocket(gateway.url, "/v1/towns/t1/stream", token);
  await socket.until("hello");
  const db = await connectDatabase({ url: config.databaseUrl, schema: "gateway", name: "other", logger: silent });
  const rows = await db.drizzle.select().from(tokens);
  expect(rows).toMatchObject([{ id, hash: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  expect(JSON.stringify(rows)).not.toContain(token.slice(3));
  await db.drizzle.update(tokens).set({ revokedAt: new Date() });
  await db.close();
  expect(await socket.closed).toMatchObject({ code: 4001 });
});

const send = (stream: ReadableStream<Uint8Array>) =>
  fetch(`${gateway.url}/v1/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
    body: stream,
    duplex: "half",
  });

test("a body of unknown length is refused as soon as it is too large", async () => {
  const chunk = new Uint8Array(64 * 1024).fill(32);
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(chunk),
  });
  const endless = await send(body).then(
    ({ status }) => status,
    () => "cut off",
  );
  expect([413, "cut off"]).toContain(endless);
  const small = await send(new Blob(['{"name":"x","scope":"read"}']).stream());
  expect(small.status).toBe(201);
});

test("odd paths and bodies are problems like any other", async () => {
  expect(await gateway.call("/v1/towns/%E0%A4%A")).toMatchObject({ status: 404, body: { code: "not_found" } });
  expect(await gateway.call("/v1/towns/..%2F..%2Fetc")).toMatchObject({ status: 404 });
  expect(await gateway.call("/v1/tokens", { body: "null" })).toMatchObject({
    status: 400,
    body: { errors: [{ field: "body" }] },
  });
  expect(
    await gateway.call("/v1/tokens", { body: '{"__proto__":{"admin":true},"name":"x","scope":"read"}' }),
  ).toMatchObject({ status: 400, body: { errors: [{ field: "__proto__" }] } });
  expect(await gateway.call("/v1/tokens", { body: { name: "x\ny", scope: "root" } })).toMatchObject({
    status: 400,
    body: { errors: [{ field: "name" }, { field: "scope" }] },
  });
});

test("without Postgres it says so, and the owner's token still reads what needs none", async () => {
  const { token } = (await gateway.call("/v1/tokens", { body: { name: "bob", scope: "read" } })).body.data;
  await postgres.close();
  await eventually(async () =>
    expect(await gateway.call("/v1/health", { token })).toMatchObject({
      status: 503,
      body: { code: "database_unavailable" },
    }),
  );
  const health = await gateway.call("/v1/health");
  expect(health.body.data.dependencies).toMatchObject({
    postgres: { state: "not connected", reason: expect.any(String) },
    nats: { state: "connected" },
  });
  expect(await gateway.call("/readyz", { token: null })).toMatchObject({
    status: 503,
    body: { missing: ["postgres"] },
  });
});
