import { once } from "node:events";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "./free-port.ts";

test("the preferred port when it is free, another one when it is not", async () => {
  const preferred = await freePort();
  expect(await freePort(preferred)).toBe(preferred);
  const server = createServer().listen(preferred, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const other = await freePort(preferred);
  expect(other).not.toBe(preferred);
  expect(other).toBeGreaterThan(0);
});
