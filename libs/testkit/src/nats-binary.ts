import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A nats-server program on this machine. */
export interface NatsBinary {
  readonly path: string;
  /** Such as `2.9.10`. */
  readonly version: string;
}

/** The nats-server to test with: `NATS_SERVER_BIN`, else the one on PATH, else Debian's, which is often not on a user's PATH. */
export async function findNatsBinary(): Promise<NatsBinary> {
  // oxlint-disable-next-line node/no-process-env -- which server tests run on is chosen by the environment
  const chosen = process.env["NATS_SERVER_BIN"];
  const places = chosen === undefined || chosen === "" ? ["nats-server", "/usr/sbin/nats-server"] : [chosen];
  for (const path of places) {
    const version = await versionOf(path);
    if (version !== null) return { path, version };
  }
  throw new Error(
    `No nats-server found (looked for ${places.join(" and ")}). Install it: apt-get install nats-server, or brew install nats-server, or set NATS_SERVER_BIN.`,
  );
}

async function versionOf(path: string): Promise<string | null> {
  try {
    const { stdout } = await run(path, ["--version"], { timeout: 10_000 });
    return /v(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1] ?? null;
  } catch {
    return null;
  }
}
