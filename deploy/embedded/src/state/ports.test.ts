import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPorts } from "./ports.ts";
import { openStateDir, type StateDir } from "./state-dir.ts";

let state: StateDir;
beforeEach(async () => {
  state = await openStateDir(await mkdtemp(join(tmpdir(), "gastown-ports-")));
});
afterEach(() => rm(state.path, { recursive: true, force: true }));

test("a port stays the same over restarts, unless somebody else took it", async () => {
  const port = await (await openPorts(state)).choose("nats");
  expect(await (await openPorts(state)).choose("nats")).toBe(port);
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  expect(await (await openPorts(state)).choose("nats", { ours: true })).toBe(port);
  const other = await (await openPorts(state)).choose("nats");
  expect(other).not.toBe(port);
  await expect((await openPorts(state)).choose("gateway", { wanted: port })).rejects.toThrow(`port ${port} is taken`);
  server.close();
  expect(await (await openPorts(state)).choose("nats")).toBe(other);
});
