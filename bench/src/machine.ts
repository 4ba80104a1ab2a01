import { availableParallelism, cpus, release, totalmem } from "node:os";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** What everything ran on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly kernel: string;
  readonly node: string;
  readonly nats: string;
  readonly postgres: string;
  readonly pgBoss: string;
  readonly graphileWorker: string;
  readonly at: string;
}

/** The machine and the versions of what is compared. */
export function describeMachine(servers: { nats: string; postgres: string }): Machine {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    kernel: release(),
    node: process.version,
    ...servers,
    pgBoss: versionOf("pg-boss"),
    graphileWorker: versionOf("graphile-worker"),
    at: new Date().toISOString(),
  };
}

function versionOf(name: string): string {
  const entry = require.resolve(name);
  const end = entry.lastIndexOf(`node_modules/${name}/`) + `node_modules/${name}/`.length;
  const { version } = JSON.parse(readFileSync(`${entry.slice(0, end)}package.json`, "utf8")) as { version: string };
  return version;
}
