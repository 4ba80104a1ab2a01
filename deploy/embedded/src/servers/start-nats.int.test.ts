import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectBus, containerCredentials, natsConfig, provision } from "@gastown/bus";
import { freePort, isAlive, startGroup } from "@gastown/service";
import { eventually } from "@gastown/testkit";
import { createLogger } from "@gastown/telemetry";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { findNatsServer } from "@gastown/docker/find-nats-server";
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

const logger = createLogger("test", { level: "silent" });
type Login = Partial<ReturnType<NatsInUse["login"]>>;

function connect(servers: string, login: Login) {
  const signal = AbortSignal.timeout(5_000);
  return connectBus({ servers, name: "test", inboxPrefix: "_INBOX_test", logger, signal, ...login });
}

async function versionAt(nats: NatsInUse, login: Login): Promise<string> {
  const bus = await connect(nats.url, login);
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
  expect(await versionAt(nats, nats.login("town"))).toBe(nats.version);
  await expect(versionAt(nats, {})).rejects.toThrow("refused the connection");
  const people = await readFile(nats.credentialsFile ?? "", "utf8");
  expect(await versionAt(nats, { credentials: people })).toBe(nats.version);
  const credentials = containerCredentials(nats.issuer ?? "", { town: "river", container: "river-1" });
  expect(await versionAt(nats, { credentials })).toBe(nats.version);

  const pid = await pidOf(first);
  process.kill(pid, "SIGKILL");
  await eventually(async () => expect(await pidOf(first)).not.toBe(pid));
  await eventually(async () => expect(await versionAt(nats, nats.login("town"))).toBe(nats.version));

  const adopted = await startNats(await openTestInstallation(first.state.path));
  expect(adopted).toMatchObject({ url: nats.url, source: "runs since before" });
  await nats.stop();
  await adopted.stop();
});

test("the server of an earlier version, which had no accounts, gives its place and its streams to ours", async () => {
  const installation = await openTestInstallation();
  const found = await findNatsServer({ env: installation.env, say: () => {} });
  if ("url" in found) throw new Error("NATS_URL is set");
  const { binary: command, version } = found;
  const [config, port] = [installation.state.file("nats.conf"), await freePort()];
  await writeFile(config, natsConfig({ version, port, storeDir: await installation.state.folder("nats") }));
  const log = installation.logFile("nats-server");
  const old = startGroup({ command, args: ["-c", config], cwd: "/", env: {}, stdout: log.fd, stderr: log.fd });
  await installation.state.write("nats.json", { record: old.record, port, version });
  const before = await connect(`nats://127.0.0.1:${port}`, {});
  const { created } = await provision(before, { logger });
  await before.close();

  const nats = await startNats(installation);
  cleanUp.push(() => nats.stop());
  expect(await isAlive(old.record)).toBe(false);
  const now = await connect(nats.url, nats.login("ops"));
  expect((await provision(now, { logger })).unchanged.toSorted()).toEqual(created.toSorted());
  await now.close();
});

test("a NATS_URL is used as it is, with its user", async () => {
  const installation = await openTestInstallation();
  const env = { NATS_URL: "nats://example:4222", NATS_USER: "u", NATS_PASSWORD: "p", CONTAINER_NATS_ISSUER: "i" };
  const nats = await startNats({ ...installation, env });
  expect(nats).toMatchObject({ url: "nats://example:4222", source: "NATS_URL", issuer: "i", credentialsFile: null });
  expect(nats.login("town")).toEqual({ user: "u", password: "p", credentials: undefined });
});
