import { expect, test } from "vitest";
import type { Assembled } from "./assemble.ts";
import { containerHandlers } from "./container-handlers.ts";
import { parseHostConfig } from "./config.ts";
import { createHydrationGate } from "./hydration-gate.ts";
import { silentLogger as logger } from "./test/silent-logger.ts";

const given = { town: "alpha", container: "alpha-1", stateDir: "/state", natsUrl: "nats://n", inboxPrefix: "_I" };
const config = parseHostConfig(JSON.stringify({ ...given, model: { url: "http://m/v1", name: "m1" } }));
const settled = () => new Promise(setImmediate);
const drain = (): Promise<void> => Promise.resolve();

/** A host that is not through with hydration; `keys` are those that its model service was given. */
function setUp() {
  const keys: (string | null)[] = [];
  const gate = createHydrationGate({ boundMs: 60_000, logger });
  const parts = { gate, agents: {}, setModelKey: (key: string | null) => void keys.push(key) } as unknown as Assembled;
  const ending = new AbortController();
  const handlers = containerHandlers({ config, parts, startedAt: "now", drain, logger, signal: ending.signal });
  return { handlers, gate, keys, ending };
}

test("a new key waits for hydration, and who brings it does not", async () => {
  const { handlers, gate, keys } = setUp();
  expect(await handlers.credentials({ modelKey: "sk-2" })).toEqual({ accepted: true });
  await settled();
  expect(keys).toEqual([]);
  gate.open();
  await settled();
  expect(keys).toEqual(["sk-2"]);
});

test("a new key that comes while the host ends is not taken, and breaks nothing", async () => {
  const { handlers, gate, keys, ending } = setUp();
  await handlers.credentials({ modelKey: "sk-2" });
  ending.abort(new Error("it ends"));
  gate.open();
  await settled();
  expect(keys).toEqual([]);
});
