import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectBus, natsUsers } from "@gastown/bus";
import { eventually } from "@gastown/testkit";
import { createLogger } from "@gastown/telemetry";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { type Installation, openInstallation } from "../installation.ts";
import { openStateDir } from "../state/state-dir.ts";
import { type NatsInUse, startNats } from "./start-nats.ts";

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).toReversed()) await step();
});

async function openTestInstallation(folder?: string): Promise<Installation> {
  const path = folder ?? (await mkdtemp(join(tmpdir(), "gastown-embedded-")));
  if (folder === undefined) cleanUp.push(() => rm(path, { recursive: true, force: true }));
  const { NATS_SERVER_BIN, PATH } = process.env;
  return await openInstallation(await openStateDir(path), { env: { NATS_SERVER_BIN, PATH }, say: () => {} });
}

async function versionAt(nats: NatsInUse, login: { user?: string; password?: string }): Promise<string> {
  const logger = createLogger("test", { level: "silent" });
  const signal = AbortSignal.timeout(5_000);
  const bus = await connectBus({
    servers: nats.url,
    name: "test",
    inboxPrefix: "_INBOX_test",
    logger,
    signal,
    ...login,
  });
  await bus.close();
  return bus.serverVersion;
}

async function pidOf(installation: Installation): Promise<number> {
  const kept = await installation.state.read("nats.json", z.object({ record: z.object({ pid: z.int() }) }));
  return kept?.record.pid ?? 0;
}

test("nats-server takes our users only, is started again when it dies, and is taken over by the next run", async () => {
  const first = await openTestInstallation();
  const nats = await startNats(first);
  cleanUp.push(() => nats.stop());
  expect(natsUsers.length).toBeGreaterThan(0);
  expect(await versionAt(nats, nats.login("town"))).toBe(nats.version);
  await expect(versionAt(nats, {})).rejects.toThrow("refused the connection");

  const pid = await pidOf(first);
  process.kill(pid, "SIGKILL");
  await eventually(async () => expect(await pidOf(first)).not.toBe(pid));
  await eventually(async () => expect(await versionAt(nats, nats.login("town"))).toBe(nats.version));

  const adopted = await startNats(await openTestInstallation(first.state.path));
  expect(adopted).toMatchObject({ url: nats.url, source: "runs since before" });
  await nats.stop();
  await adopted.stop();
});

test("a NATS_URL is used as it is, with its user", async () => {
  const installation = await openTestInstallation();
  const env = { NATS_URL: "nats://example:4222", NATS_USER: "u", NATS_PASSWORD: "p" };
  const nats = await startNats({ ...installation, env });
  expect(nats).toMatchObject({ url: "nats://example:4222", source: "NATS_URL" });
  expect(nats.login("town")).toEqual({ user: "u", password: "p" });
});
