import type { Bus } from "@gastown/bus";
import type { Logger } from "@gastown/telemetry";
import type { WebSocket } from "ws";
import { closeCodes } from "../live/outbox.ts";
import { createPulse, type Pulse } from "../live/pulse.ts";
import { Viewing, type ViewingRequest } from "./viewing.ts";

const pingMs = 20_000;

interface TerminalSocketsOptions {
  bus: Bus;
  logger: Logger;
  /** Whether a token still stands; asked with every ping. */
  stands: (token: string) => Promise<boolean>;
  pingMs?: number | undefined;
}

/** The open terminal sockets of this gateway. */
export class TerminalSockets {
  readonly #options: TerminalSocketsOptions;
  readonly #open = new Map<WebSocket, Viewing>();
  readonly #pings: Pulse;

  constructor(options: TerminalSocketsOptions) {
    this.#options = options;
    this.#pings = createPulse(() => this.#ping(), options.pingMs ?? pingMs);
  }

  get size(): number {
    return this.#open.size;
  }

  /** The socket is served until either side closes it. */
  open(socket: WebSocket, request: ViewingRequest): void {
    const viewing = new Viewing(socket, request, this.#options);
    this.#open.set(socket, viewing);
    this.#pings.start();
    socket.on("close", () => {
      this.#open.delete(socket);
      if (this.#open.size === 0) this.#pings.stop();
    });
    void viewing.begin();
  }

  /** Every terminal that was opened with this token is closed. */
  revoke(token: string): void {
    for (const viewing of this.#open.values())
      if (viewing.token === token) viewing.close(closeCodes.revoked, "the token was revoked");
  }

  /** Every socket is told to come back elsewhere. */
  close(): void {
    this.#pings.stop();
    for (const viewing of this.#open.values()) viewing.close(closeCodes.shutdown, "the gateway stops");
  }

  #ping(): void {
    for (const viewing of this.#open.values()) if (viewing.ping()) void this.#check(viewing);
  }

  async #check(viewing: Viewing): Promise<void> {
    try {
      if (!(await this.#options.stands(viewing.token))) viewing.close(closeCodes.revoked, "the token was revoked");
    } catch (error) {
      this.#options.logger.warn({ err: error }, "token cannot be checked, the terminal stays open");
    }
    await viewing.keep();
  }
}
