import { describe, expect, test } from "vitest";
import { natsConfig } from "./server-config.ts";

const file = (name: string): string => `../../../deploy/nats/${name}`;
const base = { version: "2.15.1", port: 4222, storeDir: "/data" };

describe("natsConfig", () => {
  test("from 2.10 on: what is acknowledged is on the disk, streams add the shard", () => {
    const config = natsConfig(base);
    expect(config).toContain("sync_interval: always");
    expect(config).not.toContain("mappings");
  });

  test("below 2.10: mappings add the shard, and the setting it does not know is left out", () => {
    const config = natsConfig({ ...base, version: "2.9.10" });
    expect(config).not.toContain("sync_interval");
    expect(config).toContain(
      '"cmd.town.*.*.*": "cmd.town.{{wildcard(1)}}.{{wildcard(2)}}.{{wildcard(3)}}.{{partition(32,1)}}"',
    );
    expect(config.match(/"cmd\.(dispatcher|scm)\.\*\.\*\.\*": .*partition\(8,1\)/g)).toHaveLength(2);
  });

  test("listens on loopback unless told otherwise, is monitored only when told", () => {
    expect(natsConfig(base)).toContain('listen: "127.0.0.1:4222"');
    expect(natsConfig(base)).not.toContain("http:");
    expect(natsConfig({ ...base, host: "0.0.0.0", monitor: "127.0.0.1:8222" })).toMatch(
      /listen: "0\.0\.0\.0:4222"\nhttp: "127\.0\.0\.1:8222"/,
    );
  });

  test("who may connect is said by the lines given; mappings are then the account's", () => {
    const config = natsConfig({ ...base, version: "2.9.10", auth: ["operator: x"] });
    expect(config).toContain("\noperator: x\n");
    expect(config).not.toContain("mappings");
  });

  test("a folder may have any name", () => {
    expect(natsConfig({ ...base, storeDir: 'C:\\my "files"' })).toContain('store_dir: "C:\\\\my \\"files\\""');
  });
});

// Stale? `npx vitest run --project unit -u libs/bus/src/server-config.test.ts` writes them.
describe("the files of deploy/nats are what natsConfig makes", () => {
  test("nats-server.conf: the server of docker-compose.yml", async () => {
    const config = natsConfig({
      version: "2.14.3",
      host: "0.0.0.0",
      port: 4222,
      storeDir: "/data",
      monitor: "127.0.0.1:8222",
      auth: ["# Made by deploy/docker/bus-keys.mjs: who may connect.", 'include "./keys/auth.conf"'],
    });
    await expect(config).toMatchFileSnapshot(file("nats-server.conf"));
  });

  test("nats-server-2.9.conf: a server as Debian 12 has it, for development on loopback", async () => {
    const config = natsConfig({ version: "2.9.10", port: 4222, storeDir: "/var/lib/nats" });
    await expect(config).toMatchFileSnapshot(file("nats-server-2.9.conf"));
  });
});
