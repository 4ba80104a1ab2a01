import { randomBytes } from "node:crypto";
import {
  connectBus,
  makeBusKeys,
  minimumServer,
  provision,
  recommendedServer,
  serverAuth,
  userCredentials,
} from "@gastown/bus";
import { connectDatabase } from "@gastown/db";
import { sql } from "@gastown/db/drizzle";
import { createLogger } from "@gastown/telemetry";
import { describeOnDocker, findDockerEngine } from "@gastown/testkit";
import { expect, test } from "vitest";

const logger = createLogger("test", { level: "silent" });
const password = `p${randomBytes(8).toString("hex")}`;
const startMs = 60_000;

const engine = await findDockerEngine(["gastown-nats", "gastown-postgres"]);
describeOnDocker("images by testcontainers", engine, (host) => {
  /** Testcontainers reads where the engine is when it is imported; its reaper's image is on a registry, so it goes without. */
  async function testcontainers() {
    Object.assign(process.env, {
      DOCKER_HOST: host,
      TESTCONTAINERS_RYUK_DISABLED: "true",
      TESTCONTAINERS_HOST_OVERRIDE: "127.0.0.1",
    });
    return import("testcontainers");
  }

  test(
    "our nats image is a bus that takes our streams, from those it knows alone",
    { timeout: 2 * startMs },
    async () => {
      const { GenericContainer, Wait } = await testcontainers();
      const keys = makeBusKeys();
      const files = { "auth.conf": recommendedServer, "auth-2.9.conf": minimumServer };
      const content = Object.entries(files).map(([name, version]) => ({
        content: serverAuth(keys, version).join("\n"),
        target: `/etc/nats/keys/${name}`,
      }));
      await using nats = await new GenericContainer("gastown-nats")
        .withCopyContentToContainer(content)
        .withExposedPorts(4222)
        .withWaitStrategy(Wait.forLogMessage(/Server is ready/))
        .withStartupTimeout(startMs)
        .start();
      const servers = `nats://127.0.0.1:${nats.getMappedPort(4222)}`;
      const who = { servers, name: "test", inboxPrefix: "_INBOX_ops", logger, signal: AbortSignal.timeout(startMs) };
      const bus = await connectBus({ ...who, credentials: userCredentials(keys, "ops") });
      expect((await provision(bus, { logger })).created).toContain("CMD_TOWN");
      await bus.close();
      const stranger = {
        ...who,
        credentials: userCredentials(makeBusKeys(), "ops"),
        signal: AbortSignal.timeout(2_000),
      };
      await expect(connectBus(stranger)).rejects.toThrow(/refused the connection with these credentials/);
    },
  );

  test("our postgres image is a database that is there again after a restart", { timeout: 2 * startMs }, async () => {
    const { GenericContainer, Wait } = await testcontainers();
    await using postgres = await new GenericContainer("gastown-postgres")
      .withEnvironment({ POSTGRES_USER: "gastown", POSTGRES_DB: "gastown", POSTGRES_PASSWORD: password })
      .withExposedPorts(5432)
      .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/))
      .withStartupTimeout(startMs)
      .start();
    const open = () =>
      connectDatabase({
        url: `postgres://gastown:${password}@127.0.0.1:${postgres.getMappedPort(5432)}/gastown`,
        schema: "dispatcher",
        name: "test",
        logger,
      });
    const before = await open();
    await before.drizzle.execute(sql`create table public.kept as select 42 as answer`);
    await before.close();
    await postgres.restart();
    const after = await open();
    const { rows } = await after.drizzle.execute(
      sql`select answer, current_setting('server_version_num')::int / 10000 as major from public.kept`,
    );
    expect(rows).toEqual([{ answer: 42, major: 18 }]);
    await after.close();
  });
});
