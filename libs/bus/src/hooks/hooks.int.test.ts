import { randomBytes } from "node:crypto";
import { hookSubject } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { headers } from "@nats-io/nats-core";
import { describe, expect, onTestFinished, test } from "vitest";
import { storeBytes } from "../publish.ts";
import {
  consumeHooks,
  dropDeadLetter,
  findHook,
  HookTooLargeError,
  listDeadLetters,
  listHooks,
  publishHook,
  PublishError,
  replayHook,
  retryDeadLetter,
  type HookHandler,
  type HookToPublish,
  type ReceivedHook,
} from "../index.ts";
import { silent } from "../test/silent.ts";
import { useBus } from "../test/use-bus.ts";
import { wireOf } from "../wire.ts";

const used = useBus();
let deliveries = 0;

const receivedAt = new Date("2026-11-22T10:00:00.000Z");

function hook(more: Partial<Omit<HookToPublish, "body">> & { body?: string } = {}): HookToPublish {
  deliveries += 1;
  const { body = `{"n":${deliveries}}`, ...rest } = more;
  return {
    provider: "github",
    event: "push",
    delivery: `d-${deliveries}`,
    action: null,
    receivedAt,
    reduce: () => Buffer.from(`{"reduced":true}`),
    ...rest,
    body: Buffer.from(body),
  };
}

/** Handles deliveries until the test ends; what came is in `hooks`. */
function consume(
  handle: (hook: ReceivedHook) => Awaited<ReturnType<HookHandler>>[number] = () => ({ outcome: "done" }),
) {
  const stopping = new AbortController();
  const hooks: ReceivedHook[] = [];
  const consuming = consumeHooks(used.bus, {
    service: "scm",
    logger: silent,
    signal: stopping.signal,
    retryDelaysMs: [50, 50],
    handle: (batch) => {
      hooks.push(...batch);
      return Promise.resolve(batch.map(handle));
    },
  });
  onTestFinished(async () => {
    stopping.abort();
    await consuming.done;
  });
  return { hooks };
}

const deadLetter = (of: string) =>
  eventually(async () => {
    const { items } = await listDeadLetters(used.bus, { limit: 20 });
    return items.find(({ body }) => body === of) ?? null;
  });

describe("a delivery that is published", () => {
  test("is handled as it came, with what its headers say", async () => {
    const { hooks } = consume();
    const sent = hook({ event: "pull_request", action: "opened", body: '{"größe": "🎉"}' });
    expect(await publishHook(used.bus, sent)).toMatchObject({ stream: "HOOK", duplicate: false });
    const came = await eventually(() => hooks.find(({ delivery }) => delivery === sent.delivery) ?? null);
    expect(came).toMatchObject({
      provider: "github",
      event: "pull_request",
      action: "opened",
      delivery: sent.delivery,
      encoding: "identity",
      bytes: sent.body.length,
      again: false,
      deliveries: 1,
      receivedAt,
    });
    expect(Buffer.from(came.body).toString()).toBe('{"größe": "🎉"}');
  });

  test("twice is stored once, unless it is meant", async () => {
    const sent = hook();
    const { seq } = await publishHook(used.bus, sent);
    expect(await publishHook(used.bus, sent)).toMatchObject({ seq, duplicate: true });
    expect(await publishHook(used.bus, { ...sent, provider: "gitlab" })).toMatchObject({ duplicate: false });
    expect(await publishHook(used.bus, { ...sent, anew: true })).toMatchObject({ duplicate: false });
  });

  test.each([
    ["gzip", `"${"x".repeat(2_000_000)}"`, (body: string) => body],
    ["reduced", `"${randomBytes(600_000).toString("base64")}"`, () => '{"reduced":true}'],
  ])("too large for a message stands there as %s", async (encoding, body, expected) => {
    const { hooks } = consume();
    const sent = hook({ body });
    await publishHook(used.bus, sent);
    const came = await eventually(() => hooks.find(({ delivery }) => delivery === sent.delivery) ?? null);
    expect(came).toMatchObject({ encoding, bytes: body.length });
    expect(Buffer.from(came.body).toString()).toBe(expected(body));
  });

  test("that cannot be made to fit is refused", async () => {
    const body = `"${randomBytes(600_000).toString("base64")}"`;
    await expect(publishHook(used.bus, { ...hook({ body }), reduce: (raw) => raw })).rejects.toThrow(HookTooLargeError);
  });

  test("while the bus is away is refused at once", async () => {
    const lost = await used.another("lost");
    await lost.close();
    await expect(publishHook(lost, hook())).rejects.toThrow(PublishError);
  });
});

describe("a delivery that cannot be handled", () => {
  test("is tried again with delays, and then is a dead letter that can be sent again", async () => {
    const broken = hook();
    const body = Buffer.from(broken.body).toString();
    let fails = true;
    const { hooks } = consume(({ delivery }) =>
      fails && delivery === broken.delivery ? { outcome: "retry", error: new Error("no way") } : { outcome: "done" },
    );
    await publishHook(used.bus, broken);
    const letter = await deadLetter(body);
    expect(letter).toMatchObject({
      service: "scm",
      code: "retries_exhausted",
      reason: "no way",
      deliveries: 3,
      town: "_",
    });
    const tries = () => hooks.filter(({ delivery }) => delivery === broken.delivery).map((tried) => tried.deliveries);
    expect(tries()).toEqual([1, 2, 3]);
    fails = false;
    expect(await retryDeadLetter(used.bus, letter.seq)).toBe("retried");
    await eventually(() => tries().length === 4);
    expect(hooks.at(-1)).toMatchObject({ delivery: broken.delivery, event: "push", receivedAt });
  });

  test("by the word of its handler is a dead letter at once, and hurts no other", async () => {
    const [bad, good] = [hook(), hook()];
    const { hooks } = consume(({ delivery }) =>
      delivery === bad.delivery ? { outcome: "dead", code: "nonsense", message: "what is it?" } : { outcome: "done" },
    );
    await Promise.all([publishHook(used.bus, bad), publishHook(used.bus, good)]);
    expect(await deadLetter(Buffer.from(bad.body).toString())).toMatchObject({
      code: "nonsense",
      reason: "what is it?",
    });
    await eventually(() => hooks.some(({ delivery }) => delivery === good.delivery));
  });

  test.each([
    ["whose subject is none", "hook.sourcehut.push", {}],
    ["that says it is packed and is not", "hook.github.push", { "Hook-Encoding": "gzip" }],
    ["that is packed in a way nobody knows", "hook.github.push", { "Hook-Encoding": "lzw" }],
  ])("%s is a dead letter", async (_, subject, fields) => {
    consume();
    const body = `{"odd":"${subject}${JSON.stringify(fields).replaceAll('"', "'")}"}`;
    const given = headers();
    for (const [name, value] of Object.entries(fields)) given.set(name, value);
    await storeBytes(used.bus, { subject, body, fields: given });
    const { code, seq } = await deadLetter(body);
    expect(code).toBe("undecodable");
    expect(await retryDeadLetter(used.bus, seq)).toBe(subject.includes("github") ? "retried" : "not_a_command");
    await dropDeadLetter(used.bus, seq);
  });
});

test("one that a person publishes by hand needs its subject and its body", async () => {
  const { hooks } = consume();
  const given = headers();
  given.set("Nats-Msg-Id", "by-hand-1");
  await storeBytes(used.bus, { subject: hookSubject("gitlab", "push"), body: "{}", fields: given, id: "by-hand-1" });
  const { seq } = await storeBytes(used.bus, { subject: hookSubject("gitlab", "push"), body: "{}", fields: headers() });
  await eventually(() => hooks.filter(({ provider }) => provider === "gitlab").length >= 2);
  const ids = hooks.map(({ delivery }) => delivery);
  expect(ids).toContain("by-hand-1");
  expect(ids).toContain(`seq-${seq}`);
});

describe("what is stored", () => {
  test("is listed newest first, page by page, and by forge and event", async () => {
    const sent = [hook(), hook({ provider: "gitlab", event: "note" }), hook({ event: "status" }), hook()];
    for (const one of sent) await publishHook(used.bus, one);
    const [first, second, third, fourth] = sent.map(({ delivery }) => delivery);
    const page = await listHooks(used.bus, { limit: 2 });
    expect(page.items.map(({ delivery }) => delivery)).toEqual([fourth, third]);
    const { items } = await listHooks(used.bus, { limit: 2, after: page.next ?? 0 });
    expect(items.map(({ delivery }) => delivery)).toEqual([second, first]);
    const gitlab = await listHooks(used.bus, { limit: 1, provider: "gitlab" });
    expect(gitlab.items).toMatchObject([{ delivery: second, event: "note" }]);
    const status = await listHooks(used.bus, { limit: 1, event: "status" });
    expect(status.items).toMatchObject([{ delivery: third }]);
    expect((await listHooks(used.bus, { limit: 5, after: 1 })).next).toBeNull();
  });

  test("is found by its id, with its body, also when it is packed", async () => {
    const [plain, packed] = [hook(), hook({ body: `"${"y".repeat(600_000)}"` })];
    await publishHook(used.bus, plain);
    await publishHook(used.bus, packed);
    for (const { delivery, body } of [plain, packed]) {
      const found = await findHook(used.bus, { provider: "github", delivery });
      expect(found?.delivery).toBe(delivery);
      expect(Buffer.from(found?.body ?? []).equals(body)).toBe(true);
    }
    expect(await findHook(used.bus, { provider: "gitlab", delivery: plain.delivery })).toBeNull();
    expect(await findHook(used.bus, { provider: "github", delivery: "never-came" })).toBeNull();
  });

  test("is replayed under a new message id, and says so", async () => {
    const { hooks } = consume();
    const sent = hook({ action: "opened" });
    const { seq } = await publishHook(used.bus, sent);
    const replayed = await replayHook(used.bus, { provider: "github", delivery: sent.delivery });
    expect(replayed).toMatchObject({ duplicate: false, event: "push" });
    const came = await eventually(() => hooks.find(({ again }) => again) ?? null);
    expect(came).toMatchObject({ delivery: sent.delivery, action: "opened", again: true, receivedAt });
    const stored = await wireOf(used.bus).manager.streams.getMessage("HOOK", { seq: replayed?.seq ?? 0 });
    expect(stored?.header.get("Hook-Replay-Of")).toBe(String(seq));
    expect(await replayHook(used.bus, { provider: "github", delivery: "never-came" })).toBeNull();
  });
});
