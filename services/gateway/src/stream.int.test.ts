import { answer, newEnvelope, provision, publish, publishOutput, QueryError, type Bus } from "@gastown/bus";
import { beadUnblocked, getTown, policy, type Envelope } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { beforeAll, expect, test } from "vitest";
import { natsSend } from "./test/nats-request.ts";
import { openSocket, refusedSocket, type TestSocket } from "./test/socket.ts";
import { adminToken, silent, useGateway } from "./test/start-gateway.ts";

const gateway = useGateway();
const towns = new Set(["t1", "t2", "busy", "slow", "old"]);

// The town service is not what is tested: all that is asked of it is which towns there are.
beforeAll(() => {
  const view = {
    name: "T",
    policy: policy.parse({}),
    policyOverride: {},
    model: null,
    models: {},
    instructions: {},
    env: {},
    stopped: null,
    breaker: { town: false, rigs: [] },
    spent: { dispatches: 0, agentMs: 0, tokens: 0, microUsd: 0, since: new Date().toISOString() },
    createdAt: new Date().toISOString(),
    beads: {},
    agents: {},
  };
  const handler = (town: string) =>
    towns.has(town)
      ? Promise.resolve({ seq: 1, data: { town, ...view } })
      : Promise.reject(new QueryError("not_found", `There is no town ${town}.`));
  answer(gateway.bus, getTown, handler, { logger: silent, signal: gateway.signal });
});

/** An event of the town, of about so many bytes. */
function eventOf(town: string, bytes = 0): Envelope {
  const about = { town, data: { bead: "gt-1" }, actor: "rule:test", source: "/town", subject: "x".repeat(bytes) };
  return newEnvelope(beadUnblocked, about);
}

/** One event of the town in the log, of about so many bytes; answers its sequence. */
async function say(bus: Bus, town: string, bytes = 0): Promise<number> {
  return (await publish(bus, beadUnblocked, eventOf(town, bytes))).seq;
}

test("resumes after any sequence, with every event of its town once and in order", async () => {
  const said: number[] = [];
  for (let i = 0; i < 30; i++) {
    said.push(await say(gateway.bus, "t1"));
    if (i % 3 === 0) await say(gateway.bus, "t2");
  }
  const last = said.at(-1) ?? 0;
  for (let from = 0; from <= last; from += 3) {
    const socket = await openSocket(gateway.url, `/v1/towns/t1/stream?from=${from}`);
    await socket.until("hello");
    expect(socket.frames[0]).toEqual({ type: "hello", seq: expect.any(Number), stream: expect.any(String) });
    await socket.reached(from < last ? last : 0);
    expect(socket.seqs()).toEqual(said.filter((seq) => seq > from));
    socket.ws.close();
  }
  const live = await openSocket(gateway.url, "/v1/towns/t1/stream");
  await live.until("hello");
  const next = await say(gateway.bus, "t1");
  await live.reached(next);
  expect(live.frames.slice(1)).toEqual([
    { type: "event", seq: next, event: expect.objectContaining({ type: "town.bead.unblocked", townid: "t1" }) },
  ]);
  live.ws.close();
});

test("a page of events reads like the stream, and ends at the end", async () => {
  const all = (await gateway.call("/v1/towns/t1/events?limit=500")).body.data.items.map(
    ({ seq }: { seq: number }) => seq,
  );
  expect(all).toHaveLength(31);
  const paged: number[] = [];
  for (let from: string | null = "0"; from !== null;) {
    const { body } = await gateway.call(`/v1/towns/t1/events?limit=10&from=${from}`);
    paged.push(...body.data.items.map(({ seq }: { seq: number }) => seq));
    from = body.data.next;
    expect(body.data.oldest).toBe(1);
  }
  expect(paged).toEqual(all);
  expect(await gateway.call("/v1/towns/nowhere/events")).toMatchObject({
    status: 404,
    body: { code: "town_not_found" },
  });
});

test("no gap and no repetition while the log grows faster than one ring", async () => {
  const said: number[] = [];
  const sockets: { from: number; socket: TestSocket }[] = [];
  const opening = (async () => {
    for (let i = 0; i < 12; i++) {
      await eventually(() => said.length >= i * 100);
      const from = said[Math.floor((said.length * (i % 4)) / 4)] ?? 0;
      sockets.push({ from, socket: await openSocket(gateway.url, `/v1/towns/busy/stream?from=${from}`) });
    }
  })();
  for (let i = 0; i < 60; i++) {
    const seqs = await Promise.all(Array.from({ length: 25 }, () => say(gateway.bus, "busy")));
    said.push(...seqs.toSorted((a, b) => a - b));
  }
  await opening;
  const last = said.at(-1) ?? 0;
  for (const { from, socket } of sockets) {
    await socket.reached(last);
    expect(socket.seqs()).toEqual(said.filter((seq) => seq > from));
    expect(socket.frames.filter(({ type }) => type === "reset")).toEqual([]);
    socket.ws.close();
  }
});

test("a socket that does not read is closed with 4008 and costs the others nothing", async () => {
  const slow = await openSocket(gateway.url, "/v1/towns/slow/stream");
  const fast = await openSocket(gateway.url, "/v1/towns/slow/stream");
  await Promise.all([slow.until("hello"), fast.until("hello")]);
  slow.ws.pause();
  const said: number[] = [];
  for (let i = 0; i < 90; i++) said.push(await say(gateway.bus, "slow", 100_000));
  await fast.reached(said.at(-1) ?? 0);
  expect(fast.seqs()).toEqual(said);
  slow.ws.resume();
  expect(await slow.closed).toMatchObject({ code: 4008 });
  // What it was sent before is a prefix: it comes back with its last sequence and misses nothing.
  const got = slow.seqs();
  expect(got).toEqual(said.slice(0, got.length));
  const back = await openSocket(gateway.url, `/v1/towns/slow/stream?from=${got.at(-1) ?? 0}`);
  await back.reached(said.at(-1) ?? 0);
  expect([...got, ...back.seqs()]).toEqual(said);
  back.ws.close();
  fast.ws.close();
});

test("the output of agents comes when it is asked for", async () => {
  const socket = await openSocket(gateway.url, "/v1/towns/t1/stream?agent=gt-7");
  await socket.until("hello");
  const texts = () => socket.frames.filter(({ type }) => type === "output").map(({ line: { text } }) => text as string);
  const speak = async (agent: string, text: string): Promise<void> => {
    await publishOutput(gateway.bus, "t1", { at: new Date().toISOString(), agent, generation: 1, kind: "text", text });
  };
  await speak("gt-7", "one");
  await speak("gt-8", "unheard");
  await eventually(() => texts().length === 1);
  socket.ws.send("nonsense");
  socket.ws.send(JSON.stringify({ type: "subscribe", agent: "gt-8" }));
  await eventually(async () => {
    await speak("gt-8", "two");
    return texts().includes("two");
  });
  socket.ws.send(JSON.stringify({ type: "unsubscribe", agent: "gt-7" }));
  await eventually(async () => {
    const before = texts().length;
    await speak("gt-7", "late");
    await speak("gt-8", "mark");
    await eventually(() => texts().length > before);
    return texts().at(-1) === "mark" && texts().at(-2) !== "late";
  });
  socket.ws.close();
  const last = await gateway.call("/v1/towns/t1/agents/gt-7/output");
  expect(last.status).toBe(503);
});

test("a browser gives its token as a subprotocol and is not told it back", async () => {
  const url = `${gateway.url.replace("http", "ws")}/v1/towns/t1/stream`;
  const open = async (protocols: string[]) => {
    // The WebSocket of the platform, which checks the answered protocol as browsers do.
    const socket = new globalThis.WebSocket(url, protocols);
    const message = await new Promise<string>((resolve, reject) => {
      socket.addEventListener("message", ({ data }) => resolve(String(data)));
      socket.addEventListener("error", () => reject(new Error("refused")));
    });
    socket.close();
    return { hello: JSON.parse(message) as unknown, protocol: socket.protocol };
  };
  expect(await open(["gastown.v1", `gastown.token.${adminToken}`])).toMatchObject({
    hello: { type: "hello" },
    protocol: "gastown.v1",
  });
  expect(await open([`gastown.token.${adminToken}`])).toMatchObject({ hello: { type: "hello" } });
  await expect(open(["gastown.v1"])).rejects.toThrow("refused");
});

test("a refused handshake is a problem document", async () => {
  const authorization = `Bearer ${adminToken}`;
  const refused = (path: string, headers: Record<string, string> = { authorization }) =>
    refusedSocket(gateway.url, path, headers);
  expect(await refused("/v1/towns/t1/stream", {})).toMatchObject({
    status: 401,
    type: "application/problem+json",
    body: { code: "unauthenticated" },
  });
  expect(await refused(`/v1/towns/t1/stream?token=${adminToken}`, {})).toMatchObject({ status: 401 });
  expect(await refused("/v1/towns/nowhere/stream")).toMatchObject({ status: 404, body: { code: "town_not_found" } });
  expect(await refused("/v1/towns/No_Town/stream")).toMatchObject({
    status: 404,
    body: { errors: [{ field: "town" }] },
  });
  expect(await refused("/v1/towns/t1/stream?from=x")).toMatchObject({
    status: 400,
    body: { errors: [{ field: "from" }] },
  });
  expect(await refused("/v1/towns/t1/stream?form=1")).toMatchObject({
    status: 400,
    body: { errors: [{ field: "form" }] },
  });
  expect(await refused("/v1/elsewhere")).toMatchObject({ status: 404, body: { code: "no_route" } });
  const other = (await gateway.call("/v1/tokens", { body: { name: "t2", scope: "read", town: "t2" } })).body.data;
  expect(await refused("/v1/towns/t1/stream", { authorization: `Bearer ${other.token}` })).toMatchObject({
    status: 403,
  });
});

test("a revoked token's sockets are closed", async () => {
  const { id, token } = (await gateway.call("/v1/tokens", { body: { name: "gone", scope: "read" } })).body.data;
  const socket = await openSocket(gateway.url, "/v1/towns/t1/stream", token);
  await socket.until("hello");
  await gateway.call(`/v1/tokens/${id}`, { method: "DELETE" });
  expect(await socket.closed).toMatchObject({ code: 4001 });
});

test("what the log cannot give is said: ahead, another log, too old", async () => {
  const reset = async (query: string) => {
    const socket = await openSocket(gateway.url, `/v1/towns/old/stream?${query}`);
    await socket.until("reset");
    const next = await say(gateway.bus, "old");
    await socket.reached(next);
    expect(socket.seqs()).toEqual([next]);
    socket.ws.close();
    return socket.frames[1] as unknown;
  };
  expect(await reset("from=999999")).toEqual({ type: "reset", reason: "ahead", seq: expect.any(Number) });
  expect(await reset("from=3&stream=2020-01-01T00:00:00Z")).toMatchObject({ reason: "stream_recreated" });
  await natsSend(gateway.natsUrl, "$JS.API.STREAM.PURGE.EVT", '{"keep":2}');
  await eventually(async () => (await gateway.call("/v1/towns/old/events")).body.data.oldest > 100);
  expect(await reset("from=3")).toMatchObject({ reason: "too_old" });
});

test("events go on when NATS was killed and comes back", async () => {
  const socket = await openSocket(gateway.url, "/v1/towns/t1/stream");
  await socket.until("hello");
  const before = await say(gateway.bus, "t1");
  await gateway.nats.kill9();
  await eventually(async () => (await gateway.call("/readyz", { token: null })).status === 503);
  const down = await gateway.call("/v1/towns/t1/beads", { body: { rig: "site", title: "x" } });
  expect(down).toMatchObject({ status: 503, body: { code: "bus_unavailable" } });
  await gateway.nats.restart();
  // The same one each time: a try whose acknowledgement was lost may have been stored.
  const event = eventOf("t1");
  const { seq: after } = await eventually(() => publish(gateway.bus, beadUnblocked, event));
  await socket.reached(after);
  expect(socket.seqs()).toEqual([before, after]);
  await eventually(async () => (await gateway.call("/readyz", { token: null })).status === 200);
  socket.ws.close();
});

test("a log that was made anew resets its watchers", async () => {
  const socket = await openSocket(gateway.url, "/v1/towns/t1/stream");
  await socket.until("hello");
  await natsSend(gateway.natsUrl, "$JS.API.STREAM.DELETE.EVT", "");
  await provision(gateway.bus, { logger: silent });
  const other = await openSocket(gateway.url, "/v1/towns/t1/stream?from=1");
  await socket.until("reset");
  expect(socket.frames.at(-1)).toMatchObject({ type: "reset", reason: "stream_recreated" });
  const seq = await eventually(() => say(gateway.bus, "t1"));
  await socket.reached(seq);
  await eventually(() => other.seqs().includes(seq));
  socket.ws.close();
  other.ws.close();
});
