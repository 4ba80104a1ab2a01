import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { verify } from "@octokit/webhooks-methods";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { eventually } from "../../eventually.ts";
import type { Delivery, DeliveryFaults } from "../ports.ts";
import { createDeliveries, type DeliveriesDouble } from "./deliveries.ts";

interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}
const clock = { at: Date.UTC(2026, 0, 1) };
let received: Received[] = [];
let answer: (response: ServerResponse) => void = (response) => void response.writeHead(202).end("thank you");
let url: string;
let deliveries: DeliveriesDouble;

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (text: string) => (body += text));
  request.on("end", () => {
    received.push({ headers: request.headers, body });
    answer(response);
  });
});
beforeAll(async () => {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/github`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  received = [];
  answer = (response) => void response.writeHead(202, { "x-seen": "yes" }).end("thank you");
  deliveries = createDeliveries({ now: () => clock.at, secret: "s3cret", url, appId: 77, answerTimeoutMs: 300 });
});
afterEach(() => deliveries.close());

function push(number: number): Delivery {
  const body = () => ({ ref: "refs/heads/main", number, text: "ümlaut" });
  return { event: "push", action: null, installation: 5, repositoryId: 11, body };
}
function sendMany(count: number): void {
  for (let i = 1; i <= count; i += 1) deliveries.send(push(i));
}
const numbers = () => received.map(({ body }) => (JSON.parse(body) as { number: number }).number);
const guids = () => received.map(({ headers }) => headers["x-github-delivery"]);

test("a delivery is signed over its very bytes and has GitHub's headers; the log has what was sent and answered", async () => {
  deliveries.send({ ...push(1), event: "pull_request", action: "opened" });
  await deliveries.settled();
  const [{ headers, body } = { headers: {}, body: "" }] = received;
  expect(await verify("s3cret", body, String(headers["x-hub-signature-256"]))).toBe(true);
  expect(await verify("other", body, String(headers["x-hub-signature-256"]))).toBe(false);
  expect(headers).toMatchObject({
    "content-type": "application/json",
    "content-length": String(Buffer.byteLength(body)),
    "x-github-event": "pull_request",
    "x-github-delivery": expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f-]{27}$/) as string,
    "x-github-hook-id": expect.stringMatching(/^\d+$/) as string,
    "x-github-hook-installation-target-id": "77",
    "x-github-hook-installation-target-type": "integration",
    "user-agent": expect.stringMatching(/^GitHub-Hookshot\//) as string,
  });
  expect(deliveries.log).toEqual([
    {
      id: expect.any(Number) as number,
      guid: headers["x-github-delivery"],
      event: "pull_request",
      action: "opened",
      installation: 5,
      repositoryId: 11,
      deliveredAt: clock.at,
      redelivery: false,
      duration: expect.any(Number) as number,
      status: "OK",
      statusCode: 202,
      url,
      request: { headers: expect.objectContaining({ "X-GitHub-Event": "pull_request" }) as object, body },
      response: { headers: expect.objectContaining({ "x-seen": "yes" }) as object, body: "thank you" },
    },
  ]);
});

test("deliveries come in order, newest first in the log; a new secret signs what comes after it", async () => {
  sendMany(20);
  await deliveries.settled();
  expect(numbers()).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  expect(new Set(guids()).size).toBe(20);
  const ids = deliveries.log.map(({ id }) => id);
  expect(ids).toEqual(ids.toSorted((a, b) => b - a));
  deliveries.secret = "newer";
  sendMany(1);
  await deliveries.settled();
  const last = received.at(-1);
  expect(await verify("newer", last?.body ?? "", String(last?.headers["x-hub-signature-256"]))).toBe(true);
});

test.each([
  ["500", 500, "Invalid HTTP Response: 500", (response: ServerResponse) => void response.writeHead(500).end("no")],
  ["a closed connection", 0, "failed to connect to host", (response: ServerResponse) => void response.destroy()],
  ["silence", 0, "timed out", () => undefined],
])("%s is code %i in the log, and is not tried again", async (_, statusCode, status, manner) => {
  answer = manner;
  sendMany(1);
  await deliveries.settled();
  expect(deliveries.log).toMatchObject([{ statusCode, status, redelivery: false }]);
  expect(received).toHaveLength(1);
});

test("a hook that is down is code 0; redelivered when it is up again, it has the same guid and body", async () => {
  deliveries.url = "http://127.0.0.1:1/hooks/github";
  sendMany(1);
  await deliveries.settled();
  const [failed] = deliveries.log;
  expect(failed).toMatchObject({ statusCode: 0, status: "failed to connect to host" });
  deliveries.url = url;
  expect(deliveries.redeliver(failed?.id ?? 0)).toBe(failed);
  await deliveries.settled();
  expect(guids()).toEqual([failed?.guid]);
  expect(deliveries.log).toMatchObject([
    { guid: failed?.guid, redelivery: true, statusCode: 202, request: { body: failed?.request.body } },
    { guid: failed?.guid, redelivery: false, statusCode: 0 },
  ]);
  expect(deliveries.redeliver(1)).toBeNull();
});

test("switched off, nothing is sent and nothing is logged", async () => {
  deliveries.url = null;
  sendMany(3);
  await deliveries.settled();
  expect([received, deliveries.log]).toEqual([[], []]);
});

async function seen(faults: Partial<DeliveryFaults>): Promise<number[]> {
  received = [];
  const other = createDeliveries({ now: () => clock.at, secret: "s3cret", url });
  deliveries = other;
  Object.assign(deliveries.faults, faults);
  sendMany(40);
  await deliveries.settled();
  await other.close();
  return numbers();
}
const inOrder = Array.from({ length: 40 }, (_, i) => i + 1);

test("losses are repeatable by their seed, are logged as failures, and can be redelivered", async () => {
  const some = await seen({ seed: 7, lossRate: 0.3 });
  expect(some.length).toBeGreaterThan(15);
  expect(some.length).toBeLessThan(40);
  const lost = deliveries.log.filter(({ statusCode }) => statusCode === 0);
  expect(lost).toHaveLength(40 - some.length);
  expect(await seen({ seed: 7, lossRate: 0.3 })).toEqual(some);
  expect(await seen({ seed: 8, lossRate: 0.3 })).not.toEqual(some);
});

test("duplicates have one guid; what is reordered is all there, in another order", async () => {
  const twice = await seen({ seed: 3, duplicateRate: 0.5 });
  expect(twice.length).toBeGreaterThan(40);
  expect([...new Set(twice)]).toEqual(inOrder);
  expect(new Set(guids()).size).toBe(40);
  const mixed = await seen({ seed: 3, reorderRate: 0.3 });
  expect(mixed).not.toEqual(inOrder);
  expect(mixed.toSorted((a, b) => a - b)).toEqual(inOrder);
});

test("one that is held back and never followed is sent all the same", async () => {
  deliveries.faults.reorderRate = 1;
  sendMany(1);
  await eventually(() => expect(numbers()).toEqual([1]));
});

test("a delay holds back, and closing ends what is on its way without a trace", async () => {
  deliveries.faults.delayMs = 60_000;
  sendMany(2);
  deliveries.faults.delayMs = 20;
  await deliveries.close();
  sendMany(1);
  expect([received, deliveries.log]).toEqual([[], []]);
  deliveries = createDeliveries({ now: () => clock.at, secret: "s3cret", url });
  deliveries.faults.delayMs = 20;
  sendMany(3);
  expect(received).toEqual([]);
  await deliveries.settled();
  expect(numbers()).toEqual([1, 2, 3]);
});

test("what is older than three days is forgotten", async () => {
  sendMany(2);
  await deliveries.settled();
  clock.at += 3 * 24 * 60 * 60_000 + 1;
  sendMany(1);
  await deliveries.settled();
  expect(deliveries.log).toHaveLength(1);
});

test("a ping tells of the hook", async () => {
  deliveries.ping();
  await deliveries.settled();
  expect(received[0]?.headers["x-github-event"]).toBe("ping");
  expect(JSON.parse(received[0]?.body ?? "")).toMatchObject({
    zen: expect.any(String) as string,
    hook: { app_id: 77 },
  });
});
