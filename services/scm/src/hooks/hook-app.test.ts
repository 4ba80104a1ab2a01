import { PublishError, type HookToPublish, type Published } from "@gastown/bus";
import { createLogger } from "@gastown/telemetry";
import { describe, expect, test } from "vitest";
import { createGithubSource } from "./github-source.ts";
import { createHookApp, type HookAppOptions } from "./hook-app.ts";
import { githubHeaders } from "./test/published-payloads.ts";

const secret = "a secret";
const logger = createLogger("test", { level: "silent" });
const body = JSON.stringify({ action: "opened" });

function open(options: Partial<HookAppOptions> = {}) {
  const published: HookToPublish[] = [];
  const { app, counts } = createHookApp({
    sources: [createGithubSource({ secrets: [secret], ownApp: null })],
    publish: (hook) => {
      published.push(hook);
      return Promise.resolve({
        stream: "HOOK",
        seq: published.length,
        duplicate: published.length > 1 && hook.anew !== true,
      });
    },
    hasFailed: () => Promise.resolve(false),
    logger,
    ...options,
  });
  const post = async (
    given: string | ReadableStream<Uint8Array>,
    headers: Record<string, string> = githubHeaders(body, { secret, event: "push" }),
  ) =>
    // `duplex` is what a body that comes bit by bit asks for.
    app.request("/hooks/github", { method: "POST", body: given, headers, duplex: "half" });
  return { post, published, counts };
}

/** A body of which `chunks` come, and then nothing more until it is cancelled, unless it ends. */
function stream(chunks: readonly string[], { ends }: { ends: boolean }): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      if (ends) controller.close();
    },
  });
}

describe("a body without a length", () => {
  test("is taken when it ends in time and is small enough", async () => {
    const { post, published } = open();
    expect((await post(stream([body.slice(0, 5), body.slice(5)], { ends: true }))).status).toBe(202);
    expect(Buffer.from(published[0]?.body ?? []).toString()).toBe(body);
  });

  test("that grows too large is refused", async () => {
    const { post, published } = open({ limits: { largestBytes: 10 } });
    expect((await post(stream([body, body], { ends: false }))).status).toBe(413);
    expect(published).toEqual([]);
  });

  test("that does not end is given up", async () => {
    const { post } = open({ limits: { timeoutMs: 20 } });
    const response = await post(stream([body], { ends: false }));
    expect(response.status).toBe(408);
    expect(response.headers.get("connection")).toBe("close");
  });

  test("that does not come is given up, also when its length was told", async () => {
    const { post } = open({ limits: { timeoutMs: 20 } });
    const headers = { ...githubHeaders(body, { secret, event: "push" }), "content-length": "1000" };
    expect((await post(stream([body], { ends: false }), headers)).status).toBe(408);
  });

  test("is refused while too many others are being read, and taken afterwards", async () => {
    const { post } = open({ limits: { timeoutMs: 50, largestBytes: 100, heldBytes: 150 } });
    const slow = post(stream([body], { ends: false }));
    const busy = await post(stream([body], { ends: true }));
    expect(busy.status).toBe(503);
    expect(await busy.json()).toMatchObject({ error: "busy" });
    expect((await slow).status).toBe(408);
    expect((await post(stream([body], { ends: true }))).status).toBe(202);
  });
});

describe("a delivery that came before", () => {
  test.each([
    ["was handled, or waits", () => Promise.resolve(false), [undefined, undefined]],
    ["failed", () => Promise.resolve(true), [undefined, undefined, true]],
    ["nobody knows of", () => Promise.reject(new Error("the database is away")), [undefined, undefined, true]],
  ] as const)("and %s", async (_, hasFailed, anew) => {
    const { post, published, counts } = open({ hasFailed });
    await post(body);
    expect(await (await post(body)).json()).toMatchObject({ duplicate: true });
    expect(published.map((hook) => hook.anew)).toEqual(anew);
    expect(counts()).toMatchObject({ accepted: 1, duplicates: 1 });
  });
});

test.each(["unavailable", "refused"] as const)("one that the bus does not store (%s) is not accepted", async (code) => {
  const publish = (): Promise<Published> => Promise.reject(new PublishError(code, "no"));
  const { post, counts } = open({ publish });
  const response = await post(body);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({ error: "bus_unavailable" });
  expect(counts()).toMatchObject({ accepted: 0, unavailable: 1 });
});
