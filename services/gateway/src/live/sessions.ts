import { followOutput, type Bus } from "@gastown/bus";
import { beadId } from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import type { WebSocket } from "ws";
import { z } from "zod";
import type { Identity } from "../identity.ts";
import type { Feed } from "./feed.ts";
import { followTown } from "./follow-town.ts";
import { outputFrame, outputSkippedFrame } from "./frames.ts";
import { closeCodes, createOutbox, type Outbox } from "./outbox.ts";
import { createPulse, type Pulse } from "./pulse.ts";

const pingMs = 20_000;
const maxAgents = 20;
/** What a client may say; anything else is ignored. */
const message = z.object({ type: z.enum(["subscribe", "unsubscribe"]), agent: beadId });

export interface SessionRequest {
  town: string;
  identity: Identity;
  from: number | undefined;
  stream: string | undefined;
  /** The agents whose output is wanted. */
  agents: string[];
}

export interface SessionOptions {
  bus: Bus;
  feed: Feed;
  logger: Logger;
  /** Whether the token still stands; asked with every ping. */
  stands: (identity: Identity) => Promise<boolean>;
  pingMs?: number | undefined;
}

interface Session {
  request: SessionRequest;
  outbox: Outbox;
  /** Ends with the socket. */
  ended: AbortController;
  /** Output subscriptions by agent. */
  outputs: Map<string, AbortController>;
  /** The client answered the last ping. */
  alive: boolean;
}

/** The open stream sockets of this gateway. */
export class Sessions {
  readonly #options: SessionOptions;
  readonly #open = new Map<WebSocket, Session>();
  readonly #pings: Pulse;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#pings = createPulse(() => this.#ping(), options.pingMs ?? pingMs);
  }

  get size(): number {
    return this.#open.size;
  }

  /** The socket is served until either side closes it. */
  open(socket: WebSocket, request: SessionRequest): void {
    const ended = new AbortController();
    const outbox = createOutbox(socket, (code, reason) => {
      this.#options.logger.info({ town: request.town, code, reason }, "stream socket closed by the gateway");
      ended.abort();
    });
    const session: Session = { request, outbox, ended, outputs: new Map(), alive: true };
    this.#open.set(socket, session);
    this.#pings.start();
    socket.on("pong", () => (session.alive = true));
    // Text frames come as one Buffer: `fragments` and array buffers are not asked for.
    socket.on("message", (data) => this.#hear(session, (data as Buffer).toString()));
    socket.on("error", (error) =>
      this.#options.logger.debug({ err: error, town: request.town }, "stream socket failed"),
    );
    socket.on("close", () => {
      ended.abort();
      this.#open.delete(socket);
      if (this.#open.size === 0) this.#pings.stop();
    });
    for (const agent of request.agents) this.#subscribe(session, agent);
    void this.#follow(session);
  }

  /** Every socket of this token is closed. */
  revoke(token: string): void {
    for (const { request, outbox } of this.#open.values())
      if (request.identity.id === token) outbox.close(closeCodes.revoked, "the token was revoked");
  }

  /** Every socket is told to come back elsewhere. */
  close(): void {
    this.#pings.stop();
    for (const { outbox } of this.#open.values()) outbox.close(closeCodes.shutdown, "the gateway stops");
  }

  async #follow({ request, outbox, ended }: Session): Promise<void> {
    try {
      const stop = await followTown(this.#options, { ...request, outbox, signal: ended.signal });
      ended.signal.addEventListener("abort", stop, { once: true });
      if (ended.signal.aborted) stop();
    } catch (error) {
      if (ended.signal.aborted) return;
      this.#options.logger.warn({ err: error, town: request.town }, "stream socket cannot be served");
      outbox.close(1011, "the event log cannot be read: try again");
    }
  }

  #hear(session: Session, text: string): void {
    const said = message.safeParse(parse(text));
    if (!said.success) return;
    const { type, agent } = said.data;
    if (type === "subscribe") this.#subscribe(session, agent);
    else session.outputs.get(agent)?.abort();
  }

  #subscribe(session: Session, agent: string): void {
    const { outputs, ended } = session;
    if (outputs.has(agent) || outputs.size >= maxAgents || ended.signal.aborted) return;
    const controller = new AbortController();
    outputs.set(agent, controller);
    controller.signal.addEventListener("abort", () => outputs.delete(agent), { once: true });
    void this.#output(session, agent, AbortSignal.any([ended.signal, controller.signal]));
  }

  async #output({ request: { town }, outbox }: Session, agent: string, signal: AbortSignal): Promise<void> {
    let skipped = 0;
    try {
      for await (const line of followOutput(this.#options.bus, { town, agent, signal })) {
        if (!outbox.roomForOutput()) {
          skipped++;
          continue;
        }
        if (skipped > 0) outbox.send(outputSkippedFrame(agent, skipped));
        skipped = 0;
        outbox.send(outputFrame(line));
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#options.logger.warn({ err: error, town, agent }, "output cannot be followed");
      outbox.close(1011, "the output cannot be read: try again");
    }
  }

  #ping(): void {
    for (const [socket, session] of this.#open) {
      if (!session.alive) {
        socket.terminate();
        continue;
      }
      session.alive = false;
      socket.ping();
      void this.#check(session);
    }
    // A log that was made anew says nothing by itself: sockets would wait for ever.
    this.#options.feed
      .look()
      .catch((error: unknown) => this.#options.logger.warn({ err: error }, "event log cannot be looked at"));
  }

  async #check({ request: { identity }, outbox }: Session): Promise<void> {
    try {
      if (!(await this.#options.stands(identity))) outbox.close(closeCodes.revoked, "the token was revoked");
    } catch (error) {
      this.#options.logger.warn({ err: error }, "token cannot be checked, the socket stays open");
    }
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is not a message of ours, and what is none of ours is ignored.
    return undefined;
  }
}
