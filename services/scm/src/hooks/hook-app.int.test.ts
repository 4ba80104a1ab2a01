import { connect } from "node:net";
import { listHooks } from "@gastown/bus";
import { eventually, useServers } from "@gastown/testkit";
import { describe, expect, test } from "vitest";
import { secret } from "./test/hook-secret.ts";
import { useHookWorld } from "./test/hook-world.ts";
import { githubHeaders, publishedPayloads, signatureOf } from "./test/published-payloads.ts";

const servers = useServers();
const world = useHookWorld(servers);

const body = JSON.stringify({ action: "opened", repository: { id: 1, full_name: "acme/app" } });
const headers = (more: Record<string, string> = {}, of: string | Uint8Array = body) => ({
  ...githubHeaders(of, { secret, event: "pull_request" }),
  ...more,
});
const without = (name: string) => {
  const { [name]: _, ...rest } = headers() as Record<string, string>;
  return rest;
};

async function lastSeq(): Promise<number> {
  const { items } = await listHooks(world.bus, { limit: 1 });
  return items[0]?.seq ?? 0;
}

describe("webhooks of GitHub", () => {
  test("all published payloads, signed, are stored, each under its event and id", { timeout: 60_000 }, async () => {
    const door = await world.open();
    const before = await lastSeq();
    const ids = await Promise.all(
      publishedPayloads.map(async ({ event, body: payload }) => {
        const response = await door.post("github", payload, githubHeaders(payload, { secret, event }));
        expect([event, response.status]).toEqual([event, 202]);
        return ((await response.json()) as { delivery: string }).delivery;
      }),
    );
    expect(publishedPayloads).toHaveLength(329);
    const stored = await listHooks(world.bus, { limit: 400 });
    const fresh = stored.items.filter(({ seq }) => seq > before);
    expect(new Set(fresh.map(({ delivery }) => delivery))).toEqual(new Set(ids));
    const byId = new Map(fresh.map((hook) => [hook.delivery, hook]));
    for (const [i, { event, action, body: payload }] of publishedPayloads.entries()) {
      const bytes = Buffer.byteLength(payload);
      expect(byId.get(ids[i] ?? "")).toMatchObject({ provider: "github", event, action, bytes, encoding: "identity" });
    }
    expect(door.counts()).toMatchObject({ accepted: 329, forged: 0, malformed: 0 });
  });

  test.each([
    ["a wrong secret", { "x-hub-signature-256": signatureOf(body, "another secret") }],
    ["the signature of another body", { "x-hub-signature-256": signatureOf(`${body} `, secret) }],
    ["an empty signature", { "x-hub-signature-256": "" }],
    ["a signature that is none", { "x-hub-signature-256": "sha256=" }],
    ["one too long", { "x-hub-signature-256": `${signatureOf(body, secret)}0` }],
    ["SHA-1 in the new header", { "x-hub-signature-256": "sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709" }],
  ])("%s: 401, counted, and nothing is stored", async (_, wrong) => {
    const door = await world.open();
    const before = await lastSeq();
    const response = await door.post("github", body, headers(wrong));
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: "signature" });
    expect(door.counts()).toMatchObject({ forged: 1, accepted: 0 });
    expect(await lastSeq()).toBe(before);
  });

  test("only the old SHA-1 header: 401", async () => {
    const door = await world.open();
    const old = {
      ...without("x-hub-signature-256"),
      "x-hub-signature": "sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709",
    };
    expect((await door.post("github", body, old)).status).toBe(401);
  });

  test.each([
    ["no event", without("x-github-event"), 400],
    ["no delivery id", without("x-github-delivery"), 400],
    ["an event that cannot be one", headers({ "x-github-event": "a.>" }), 400],
    ["a delivery id that cannot be one", headers({ "x-github-delivery": "a b" }), 400],
    ["no content type", headers({ "content-type": "" }), 415],
    ["the form type", headers({ "content-type": "application/x-www-form-urlencoded" }), 415],
    ["text", headers({ "content-type": "text/plain" }), 415],
  ])("%s is refused with %j", async (_, given, status) => {
    const door = await world.open();
    expect((await door.post("github", body, given)).status).toBe(status);
    expect(door.counts()).toMatchObject({ malformed: 1, accepted: 0 });
  });

  test.each([
    ["an empty body", "", 400],
    ["a body that is not JSON", "{", 400],
  ])("%s is refused, though it is signed", async (_, given, status) => {
    const door = await world.open();
    expect((await door.post("github", given, headers({}, given))).status).toBe(status);
  });

  test("a content type with a charset is good", async () => {
    const door = await world.open();
    expect(
      (await door.post("github", body, headers({ "content-type": "application/json; charset=utf-8" }))).status,
    ).toBe(202);
  });

  test("the signature is that of the bytes, also of those that are no plain text", async () => {
    const door = await world.open();
    const text = JSON.stringify({ action: "größer 🎉", spaces: 1 }, null, 3);
    expect((await door.post("github", text, headers({}, text))).status).toBe(202);
    // Not valid UTF-8: no JSON of a forge.
    const bytes = Buffer.from([0x22, 0xff, 0xfe, 0x22]);
    expect((await door.post("github", bytes, headers({}, bytes))).status).toBe(401);
  });

  test("a body larger than 25 MB is refused before it is read", async () => {
    const door = await world.open();
    const { hostname, port } = new URL(door.url);
    const head = Object.entries({ ...headers(), host: hostname, "content-length": String(26 * 1024 * 1024) });
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.setEncoding("utf8").on("data", (text: string) => (answer += text));
    socket.on("error", () => undefined);
    socket.write(`POST /hooks/github HTTP/1.1\r\n${head.map((pair) => pair.join(": ")).join("\r\n")}\r\n\r\n{`);
    await eventually(() => answer.length > 0);
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
  });

  test("an unknown event passes, and a forge that is not configured is told so", async () => {
    const door = await world.open();
    const unknown = githubHeaders(body, { secret, event: "an_event_of_next_year" });
    expect((await door.post("github", body, unknown)).status).toBe(202);
    const other = await door.post("gitlab", body, headers());
    expect(other.status).toBe(404);
    expect(((await other.json()) as { message: string }).message).toContain("configured: /hooks/github");
    expect((await door.post("bitbucket", body, headers())).status).toBe(404);
  });

  test("the same delivery again is stored once", async () => {
    const door = await world.open();
    const again = headers();
    expect(await (await door.post("github", body, again)).json()).toEqual({ delivery: again["x-github-delivery"] });
    const before = await lastSeq();
    const second = await door.post("github", body, again);
    expect(second.status).toBe(202);
    expect(await second.json()).toEqual({ delivery: again["x-github-delivery"], duplicate: true });
    expect(await lastSeq()).toBe(before);
    expect(door.counts()).toMatchObject({ accepted: 1, duplicates: 1 });
  });

  test("while a secret is replaced both are good, and then only the new one", async () => {
    const [old, fresh] = ["the old secret", "the new secret"];
    const signed = (by: string) => githubHeaders(body, { secret: by, event: "push" });
    const both = await world.open({ github: { secrets: [fresh, old], ownApp: null } });
    expect((await both.post("github", body, signed(old))).status).toBe(202);
    expect((await both.post("github", body, signed(fresh))).status).toBe(202);
    expect((await both.post("github", body, signed(secret))).status).toBe(401);
    const later = await world.open({ github: { secrets: [fresh], ownApp: null } });
    expect((await later.post("github", body, signed(old))).status).toBe(401);
    expect((await later.post("github", body, signed(fresh))).status).toBe(202);
  });

  test.each([[[]], [[""]], [["good", ""]]])("the secrets %j are none", async (secrets) => {
    await expect(world.open({ github: { secrets, ownApp: null } })).rejects.toThrow("need a secret");
  });

  test("a body too large for a message is packed, and one too large even so is reduced", async () => {
    const door = await world.open();
    const send = async (payload: object): Promise<string> => {
      const text = JSON.stringify({ action: "opened", repository: { id: 1, full_name: "acme/app" }, ...payload });
      const given = githubHeaders(text, { secret, event: "pull_request" });
      expect((await door.post("github", text, given)).status).toBe(202);
      return given["x-github-delivery"] ?? "";
    };
    const pullRequest = { number: 7, head: { sha: "c1" } };
    const [packed, reduced] = [
      await send({ pull_request: pullRequest, long: "x".repeat(3_000_000) }),
      await send({ pull_request: pullRequest, long: noise(2_000_000) }),
    ];
    const { items } = await listHooks(world.bus, { limit: 2 });
    expect(items.map(({ delivery, encoding }) => [delivery, encoding])).toEqual([
      [reduced, "reduced"],
      [packed, "gzip"],
    ]);
    expect(items.every(({ bytes }) => bytes > 2_000_000)).toBe(true);
  });
});

/** Text that cannot be packed. */
function noise(length: number): string {
  let seed = 1;
  const next = (): string => {
    seed = (seed * 48_271) % 0x7fff_ffff;
    return String.fromCharCode(0x4e00 + (seed % 0x5000));
  };
  return Array.from({ length }, next).join("");
}

const given = (more: Record<string, string> = {}) => ({
  "content-type": "application/json",
  "x-gitlab-event": "Merge Request Hook",
  "x-gitlab-event-uuid": crypto.randomUUID(),
  "x-gitlab-token": "the new token",
  ...more,
});

describe("webhooks of GitLab", () => {
  const tokens = ["the new token", "the old token"];
  test.each(tokens)("with %s: 202, under its event and id", async (token) => {
    const door = await world.open({ gitlab: { tokens } });
    const sent = given({ "x-gitlab-token": token });
    const response = await door.post("gitlab", JSON.stringify({ object_attributes: { action: "open" } }), sent);
    expect(response.status).toBe(202);
    const { items } = await listHooks(world.bus, { limit: 1 });
    expect(items[0]).toMatchObject({
      provider: "gitlab",
      event: "merge_request",
      action: "open",
      delivery: sent["x-gitlab-event-uuid"],
    });
  });

  test.each(["", "the old", "another token", "the new token "])("with the token %j", async (token) => {
    const door = await world.open({ gitlab: { tokens } });
    // Blanks around a header's value are not part of it.
    const status = token.trim() === "the new token" ? 202 : 401;
    expect((await door.post("gitlab", "{}", given({ "x-gitlab-token": token }))).status).toBe(status);
  });

  test("what is resent has the same idempotency key, and is stored once", async () => {
    const door = await world.open({ gitlab: { tokens } });
    const key = { "idempotency-key": crypto.randomUUID() };
    expect(await (await door.post("gitlab", "{}", given(key))).json()).toEqual({ delivery: key["idempotency-key"] });
    expect(await (await door.post("gitlab", "{}", given(key))).json()).toMatchObject({ duplicate: true });
  });

  test("one without an id is taken, and without an event is not", async () => {
    const door = await world.open({ gitlab: { tokens } });
    const { "x-gitlab-event-uuid": _, ...nameless } = given();
    expect((await door.post("gitlab", "{}", nameless)).status).toBe(202);
    expect((await door.post("gitlab", "{}", given({ "x-gitlab-event": "" }))).status).toBe(400);
  });
});

test("while the bus is down: 503 at once, and what is sent again afterwards is stored once", async () => {
  const door = await world.open();
  const sent = headers();
  await servers.nats.kill9();
  await eventually(() => !world.bus.connected());
  const began = Date.now();
  const down = await door.post("github", body, sent);
  expect(down.status).toBe(503);
  expect(down.headers.get("retry-after")).toBe("2");
  expect(Date.now() - began).toBeLessThan(2_000);
  expect(door.counts()).toMatchObject({ unavailable: 1, accepted: 0 });
  await servers.nats.restart();
  await eventually(() => world.bus.connected());
  const before = await lastSeq();
  expect((await door.post("github", body, sent)).status).toBe(202);
  expect(await lastSeq()).toBe(before + 1);
});
