import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { natsConfig, serverAuth, type BusKeys, type NatsConfigOptions } from "@gastown/bus";
import { findNatsBinary, type NatsBinary } from "./nats-binary.ts";

export interface NatsOptions {
  /** A server somebody else configured: JetStream, and nothing of ours. */
  plain?: boolean;
  /** More of our configuration. */
  config?: Partial<Pick<NatsConfigOptions, "monitor" | "maxFileBytes">>;
  /** Lets in only whom these keys signed. */
  keys?: BusKeys;
}

/** A nats-server of a test's own: a real process on loopback with an empty store. */
export interface TestNats {
  readonly url: string;
  readonly version: string;
  /** Ends the process as a crash does; its store stays. */
  kill9(): Promise<void>;
  /** Starts it again on the same port and store; kills it first when it still runs. */
  restart(): Promise<void>;
  /** Ends it and removes its store. */
  close(): Promise<void>;
}

const startTimeoutMs = 20_000;

/** Starts a nats-server that answers, with our configuration for its version. */
export async function startNats(options: NatsOptions = {}): Promise<TestNats> {
  const binary = await findNatsBinary();
  const folder = await mkdtemp(join(tmpdir(), "gastown-nats-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const first = await startAnywhere({ binary, folder, options }).catch(async (error: unknown) => {
    await remove();
    throw error;
  });
  const { port } = first;
  let { child } = first;
  const start = (): Promise<ChildProcess> => startProcess({ binary, folder, port });
  const kill9 = (): Promise<void> => end(child, "SIGKILL");
  return {
    url: `nats://127.0.0.1:${port}`,
    version: binary.version,
    kill9,
    restart: async () => {
      await kill9();
      child = await start();
    },
    close: async () => {
      await end(child, "SIGTERM");
      await remove();
    },
  };
}

/** Running on a port that was free. Somebody else may take it before the server does; then it is another port. */
async function startAnywhere({ binary, folder, options }: Place & { options: NatsOptions }) {
  const { version } = binary;
  const auth = options.keys === undefined ? {} : { auth: serverAuth(options.keys, version) };
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const config = { version, port, storeDir: folder, ...options.config, ...auth };
    await writeFile(join(folder, "nats.conf"), options.plain === true ? plainConfig(port, folder) : natsConfig(config));
    try {
      return { port, child: await startProcess({ binary, folder, port }) };
    } catch (error) {
      const taken = error instanceof Error && error.message.includes("address already in use");
      if (!taken || attempt === 3) throw error;
    }
  }
}

function plainConfig(port: number, folder: string): string {
  return `listen: "127.0.0.1:${port}"\njetstream { store_dir: ${JSON.stringify(folder)} }\n`;
}

interface Place {
  binary: NatsBinary;
  folder: string;
}
interface Start extends Place {
  port: number;
}

async function startProcess({ binary, folder, port }: Start): Promise<ChildProcess> {
  const log = join(folder, "nats.log");
  // What an earlier start said is not what this one says.
  await rm(log, { force: true });
  const child = spawn(binary.path, ["-c", join(folder, "nats.conf"), "-l", log], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  // A test runner that dies leaves no server behind.
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await sleep(20)) {
    if (child.exitCode !== null) break;
    // Another server may be there that took the port before this one, which then ends.
    if (!(await listens(port))) continue;
    if ((await readFile(log, "utf8").catch(() => "")).includes("Server is ready")) return child;
  }
  await end(child, "SIGKILL");
  const said = await readFile(log, "utf8").catch(() => "");
  throw new Error(`nats-server ${binary.version} did not start on port ${port}:\n${complaint}${said}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    // The server greets first: a bound port alone is not an answer.
    socket.once("data", () => resolve(socket.destroy() !== undefined));
    socket.once("error", () => resolve(false));
    socket.setTimeout(1_000, () => resolve(socket.destroy() === undefined));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
