import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { problemOf, type ProblemDocument } from "./api-error.ts";
import { FrameQueue } from "./frame-queue.ts";
import type { Frame } from "./frame.ts";

export interface StreamRequest {
  url: string;
  token: string;
  town: string;
  from?: number | undefined;
  stream?: string | undefined;
  agents?: string[] | undefined;
  signal?: AbortSignal | undefined;
}

/** How a connection ended. `problem`: the gateway refuses, and will again. */
export interface StreamEnd {
  code: number;
  reason: string;
  problem?: ProblemDocument;
}

const handshakeMs = 15_000;
/** The gateway pings every 20 s; a connection that is silent for longer is gone. */
const silentMs = 50_000;
const closeGraceMs = 1_000;
/** Above this many frames in memory the socket is not read, so that the gateway sees who is slow. */
const pauseAbove = 1_000;

function addressOf({ url, town, from, stream, agents = [] }: StreamRequest): URL {
  const address = new URL(`${url.replace(/^http/, "ws")}/v1/towns/${encodeURIComponent(town)}/stream`);
  if (from !== undefined) address.searchParams.set("from", String(from));
  if (from !== undefined && stream !== undefined) address.searchParams.set("stream", stream);
  for (const agent of agents) address.searchParams.append("agent", agent);
  return address;
}

async function bodyOf(response: AsyncIterable<Buffer>): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part);
  try {
    return JSON.parse(Buffer.concat(parts).toString());
  } catch {
    // A body that is no JSON is none of the gateway's; the status says the rest.
    return undefined;
  }
}

/** One connection to a town's stream. Refusals worth trying again (503, 5xx) end it like a lost connection. */
export class StreamConnection {
  readonly #request: StreamRequest;
  readonly #address: URL;
  readonly #socket: WebSocket;
  readonly #queue = new FrameQueue<Frame>();
  readonly #silence: NodeJS.Timeout;
  readonly #stop = (): void => this.#close();
  #closed: StreamEnd | null = null;

  constructor(request: StreamRequest) {
    this.#request = request;
    this.#address = addressOf(request);
    const headers = { authorization: `Bearer ${request.token}` };
    const socket = new WebSocket(this.#address, { headers, handshakeTimeout: handshakeMs });
    this.#socket = socket;
    this.#silence = setTimeout(() => socket.terminate(), silentMs);
    socket.on("ping", () => this.#silence.refresh());
    // Frames are text, which comes as one Buffer.
    socket.on("message", (data) => this.#take((data as Buffer).toString()));
    socket.on("unexpected-response", (_, response) => void this.#refused(response));
    socket.on("error", (error) => this.#end({ code: 1006, reason: error.message }));
    socket.on("close", (code, reason) => this.#end({ code, reason: reason.toString() || "the connection was lost" }));
    request.signal?.addEventListener("abort", this.#stop, { once: true });
    if (request.signal?.aborted) this.#close();
  }

  /** Why it ended; null while it is open. */
  get closed(): StreamEnd | null {
    return this.#closed;
  }

  /** Its frames; ends when the connection does, whoever ended it. Leaving the iteration closes it. */
  async *frames(): AsyncGenerator<Frame, void> {
    try {
      for (let frame = await this.#queue.take(); frame !== undefined; frame = await this.#queue.take()) {
        if (this.#queue.length <= pauseAbove / 2 && this.#socket.isPaused) this.#socket.resume();
        yield frame;
      }
    } finally {
      this.#close();
    }
  }

  #take(text: string): void {
    this.#silence.refresh();
    this.#queue.push(JSON.parse(text) as Frame);
    if (this.#queue.length > pauseAbove) this.#socket.pause();
  }

  async #refused(response: IncomingMessage): Promise<void> {
    const status = response.statusCode ?? 0;
    const problem = problemOf(await bodyOf(response), { status, url: this.#address.href });
    this.#end({ code: 1006, reason: problem.detail, ...(status < 500 && { problem }) });
    this.#socket.terminate();
  }

  #end(why: StreamEnd): void {
    this.#closed ??= why;
    clearTimeout(this.#silence);
    this.#request.signal?.removeEventListener("abort", this.#stop);
    this.#queue.end();
  }

  #close(): void {
    this.#end({ code: 1000, reason: "not wanted any more" });
    this.#socket.close(1000);
    const late = setTimeout(() => this.#socket.terminate(), closeGraceMs);
    this.#socket.once("close", () => clearTimeout(late));
    if (this.#socket.readyState === WebSocket.CLOSED) clearTimeout(late);
  }
}
