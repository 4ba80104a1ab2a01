import { ApiError } from "./api-error.ts";
import type { Frame } from "./frame.ts";
import { StreamConnection } from "./stream-connection.ts";

export interface WatchOptions {
  town: string;
  /** The last sequence you have; only what is new by default. */
  from?: number | undefined;
  /** Agents whose output is wanted too. Lines written while the connection is lost are missed; events never are. */
  agents?: string[] | undefined;
  /** Ends the iteration. */
  signal?: AbortSignal | undefined;
  /** Told when the connection is lost, and how long it waits before it tries again. */
  onLost?: ((reason: string, retryMs: number) => void) | undefined;
}

const slowConsumer = 4008;
const refusedCodes: ReadonlySet<number> = new Set([4001]);
const firstRetryMs = 250;
const longestRetryMs = 10_000;

/**
 * A town's events in the order of the log, each once, over lost connections: `event` frames, `hello` when connected, `reset` when
 * events were missed for good (read the state anew), `output` of the agents asked for. Ends when the signal aborts. Throws ApiError
 * when the gateway refuses: no such town, no right, token revoked.
 */
export async function* watchTown(options: WatchOptions & { url: string; token: string }): AsyncGenerator<Frame, void> {
  const place = { from: options.from, stream: undefined as string | undefined };
  let failures = 0;
  while (!options.signal?.aborted) {
    const stream = new StreamConnection({ ...options, ...place });
    for await (const frame of stream.frames()) {
      failures = 0;
      remember(place, frame);
      yield frame;
    }
    if (options.signal?.aborted) return;
    const retryMs = stream.closed?.code === slowConsumer ? 0 : backOff(failures++);
    await again(stream, { retryMs, options });
  }
}

/** Where the next connection goes on. A watcher from "now on" has a place as soon as the first `hello` says one. */
function remember(place: { from: number | undefined; stream: string | undefined }, frame: Frame): void {
  if (frame.type === "hello") {
    place.stream = frame.stream;
    place.from ??= frame.seq;
  }
  if (frame.type === "event" || frame.type === "reset") place.from = frame.seq;
}

async function again(
  stream: StreamConnection,
  { retryMs, options }: { retryMs: number; options: WatchOptions },
): Promise<void> {
  const { closed } = stream;
  if (closed?.problem) throw new ApiError(closed.problem);
  if (closed && refusedCodes.has(closed.code)) throw new ApiError(revoked(options.town));
  options.onLost?.(closed?.reason ?? "the connection was lost", retryMs);
  await pause(retryMs, options.signal);
}

function backOff(failures: number): number {
  const ms = Math.min(firstRetryMs * 2 ** failures, longestRetryMs);
  // Many watchers of a gateway that restarts do not come back in the same instant.
  return Math.round(ms * (0.75 + Math.random() * 0.5));
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const wake = (): void => resolve();
  signal?.addEventListener("abort", wake, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", wake);
  });
}

function revoked(town: string) {
  return {
    type: "/docs#problem-unauthenticated",
    title: "No valid token",
    status: 401,
    detail: "The token was revoked.",
    instance: `/v1/towns/${town}/stream`,
    code: "unauthenticated",
    advice: "Use another token.",
    requestId: "",
  };
}
