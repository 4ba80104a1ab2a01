import Dockerode from "dockerode";

/** How an engine is reached. */
export type EngineAddress = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** A Docker engine. */
export interface Engine {
  readonly address: EngineAddress;
  /** For calls that an engine answers at once. One that does not answer fails after half a minute. */
  readonly calls: Dockerode;
  /** For calls that take their time, this many milliseconds at most. */
  patient(ms: number): Dockerode;
  /** For streams, which end when the engine does. */
  readonly streams: Dockerode;
}

const callMs = 30_000;
const plainPort = 2375;

/** The address in a DOCKER_HOST. Throws on what is neither `unix:///path` nor `tcp://host:port`. */
export function engineAddress(host: string): EngineAddress {
  if (host.startsWith("unix:///")) return { socketPath: host.slice("unix://".length) };
  const url = URL.canParse(host) ? new URL(host) : null;
  if (url?.protocol !== "tcp:")
    throw new Error(`The Docker engine's address ${host} is neither unix:///path nor tcp://host:port`);
  return { host: url.hostname, port: url.port === "" ? plainPort : Number(url.port) };
}

/** The engine at the address; nothing is asked of it yet. */
export function createEngine(host: string): Engine {
  const address = engineAddress(host);
  const open = (timeout?: number): Dockerode =>
    new Dockerode({ ...address, protocol: "http", ...(timeout !== undefined && { timeout }) });
  return { address, calls: open(callMs), patient: (ms) => open(ms + callMs), streams: open() };
}

/** Whether that is what the engine answered. */
export function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  return error instanceof Error && "statusCode" in error && statuses.includes(Number(error.statusCode));
}

/** What the call answers, or null when there is no such thing on the engine. */
export async function ifThere<T>(calling: Promise<T>): Promise<T | null> {
  try {
    return await calling;
  } catch (error) {
    if (isStatus(error, 404)) return null;
    throw error;
  }
}

/** Throws, saying what to do, when the engine does not answer or has not got the image. */
export async function requireImage({ calls }: Engine, host: string, image: string): Promise<void> {
  try {
    await calls.ping();
  } catch (cause) {
    throw new Error(
      `No Docker engine answers at ${host}. Start it (deploy/docker/start-engine.mjs), or set DOCKER_HOST, or DISPATCHER_RUNTIME=process.`,
      { cause },
    );
  }
  if ((await ifThere(calls.getImage(image).inspect())) !== null) return;
  throw new Error(
    `The Docker engine at ${host} has no image ${image}. Make it with deploy/docker/build-images.mjs, or name another one in DISPATCHER_IMAGE.`,
  );
}
