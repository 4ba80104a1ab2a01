import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { expect } from "vitest";
import { adminToken, type UsedGateway } from "./town-and-gateway.ts";

const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const launcher = join(checkout, "libs/cli/bin/gastown.mjs");

interface Ran {
  code: number | null;
  out: string;
  err: string;
}

interface StartOptions {
  /** Without it the program is told the test's gateway. */
  env?: Record<string, string>;
  cwd?: string;
  node?: string;
}

interface UsedCli {
  /** The real program in a process of its own. */
  start: (
    args: string[],
    options?: StartOptions,
  ) => { child: ChildProcessByStdio<Writable, Readable, Readable>; ran: Ran; ended: Promise<Ran> };
  gastown: (...args: string[]) => Promise<Ran>;
  /** The envelope of a command that ends well. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever was answered
  json: (...args: string[]) => Promise<any>;
  /** How a command fails: its exit code, the code of its error, and what a person is told. */
  failure: (...args: string[]) => Promise<{ exit: number | null; code: string; told: string }>;
}

/** The command line, for tests of one file. */
export function useCli(gateway: Pick<UsedGateway, "url" | "folder">): UsedCli {
  const start: UsedCli["start"] = (args, { env, cwd = gateway.folder, node = process.execPath } = {}) => {
    const told = env ?? { GASTOWN_URL: gateway.url, GASTOWN_TOKEN: adminToken };
    const child = spawn(node, [launcher, ...args], {
      cwd,
      env: { PATH: process.env["PATH"], ...told },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const ran: Ran = { code: null, out: "", err: "" };
    child.stdout.on("data", (data: Buffer) => (ran.out += data.toString()));
    child.stderr.on("data", (data: Buffer) => (ran.err += data.toString()));
    const ended = once(child, "close").then(([code]): Ran => ({ ...ran, code: code as number | null }));
    return { child, ran, ended };
  };
  const gastown: UsedCli["gastown"] = (...args) => {
    const { child, ended } = start(args);
    child.stdin.end();
    return ended;
  };
  return {
    start,
    gastown,
    async json(...args) {
      const { code, out, err } = await gastown(...args, "--json");
      expect({ args, code, err }).toEqual({ args, code: 0, err: "" });
      const envelope = JSON.parse(out);
      expect(Object.keys(envelope)).toEqual(["schema_version", "seq", "data"]);
      expect(envelope.schema_version).toBe(1);
      return envelope;
    },
    async failure(...args) {
      const [plain, asJson] = await Promise.all([gastown(...args), gastown(...args, "--json")]);
      expect({ args, out: plain.out, exit: plain.code }).toEqual({ args, out: "", exit: asJson.code });
      const { schema_version, error } = JSON.parse(asJson.out);
      expect({ schema_version, message: error.message, err: asJson.err }).toEqual({
        schema_version: 1,
        message: expect.any(String),
        err: "",
      });
      return { exit: plain.code, code: error.code, told: plain.err };
    },
  };
}
