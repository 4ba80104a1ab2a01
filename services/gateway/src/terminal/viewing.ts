import { askTerminal, followTerminal, PublishError, QueryError, typeIntoTerminal, type Bus } from "@gastown/bus";
import {
  terminalClosed,
  terminalJoined,
  terminalOpened,
  type TerminalAddress,
  type TerminalAttached,
  type TerminalEnd,
  type TerminalFrame,
  type TerminalOutput,
  type TerminalSize,
} from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import type { WebSocket } from "ws";
import { createOutbox, type Outbox } from "../live/outbox.ts";
import type { TerminalTicket } from "../store/terminal-ticket-store.ts";
import { recordTerminal } from "./record-terminal.ts";
import { readMessage } from "./read-message.ts";
import type { TerminalSocketFrame } from "./terminal-frames.ts";
import type { TerminalQuery } from "./terminal-query.ts";

/** What a used ticket and the request say. */
export interface ViewingRequest extends Omit<TerminalTicket, "hash" | "expiresAt"> {
  query: TerminalQuery;
}

/** Close codes besides those of streams: over for good, and tried in vain. */
const endCodes = { ended: 1000, refused: 4003, unreachable: 1011 } as const;
/** So many times in a row may the host not answer, before the client is sent to look for it anew. */
const patience = 2;

const silentHost = "The town's container does not answer: nothing of it runs now, or it is busy.";
const unrecorded = "It cannot be stored in the log that you are at this terminal, so you are not: try again.";

/** One viewer of a terminal: its socket on one side, the host's terminal on the other. */
export class Viewing {
  readonly #socket: WebSocket;
  readonly #request: ViewingRequest;
  readonly #bus: Bus;
  readonly #logger: Logger;
  readonly #outbox: Outbox;
  readonly #over = new AbortController();
  #attached: (TerminalAttached & { address: TerminalAddress }) | null = null;
  /** The newest piece of output that was sent. */
  #last = 0;
  #reading = false;
  #caughtUp: Promise<void> = Promise.resolve();
  #readAgain = false;
  #alive = true;
  #unanswered = 0;

  constructor(socket: WebSocket, request: ViewingRequest, { bus, logger }: { bus: Bus; logger: Logger }) {
    const { town, agent, mode, actor } = request;
    this.#socket = socket;
    this.#request = request;
    this.#bus = bus;
    this.#logger = logger.child({ town, agent, mode, actor });
    this.#outbox = createOutbox(socket, (code, reason) => {
      this.#logger.info({ code, reason }, "terminal socket closed by the gateway");
      this.#over.abort();
    });
    socket.on("pong", () => (this.#alive = true));
    socket.on("error", (error) => this.#logger.debug({ err: error }, "terminal socket failed"));
    socket.on("close", () => this.#leave());
    // Text comes as one Buffer: `fragments` and array buffers are not asked for.
    socket.on("message", (data) => this.#hear((data as Buffer).toString()));
    // What is typed before there is a terminal waits in the network.
    socket.pause();
  }

  get token(): string {
    return this.#request.token;
  }

  /** Attaches to the terminal and shows it from where the client left it. Never throws: the client is told. */
  async begin(): Promise<void> {
    const { town, agent, mode, program, session, actor, query } = this.#request;
    try {
      const address = { town, agent, session: session ?? "new" };
      const answer = await askTerminal(this.#bus, address, "attach", { mode, program, size: sizeOf(query), actor });
      if (answer.is === "refused") {
        this.#socket.resume();
        return this.#refuse(answer.code, answer.message);
      }
      const { viewer, last, size } = answer;
      this.#attached = { ...answer, address: { ...address, session: answer.session } };
      this.#logger.info({ terminal: answer.session, viewer }, "somebody is at a terminal");
      await this.#recordArrival(answer);
      this.#socket.resume();
      if (this.#over.signal.aborted) return this.#leave();
      const after = session === null ? 0 : (query.after ?? 0);
      this.#last = Math.min(after, last);
      this.#send({ type: "hello", session: answer.session, mode, program: answer.program, size, last });
      const options = { logger: this.#logger, signal: this.#over.signal };
      followTerminal(this.#bus, this.#attached.address, (output) => this.#show(output), options);
      await this.#catchUp();
    } catch (error) {
      this.#socket.resume();
      if (error instanceof QueryError) this.#logger.info({ err: error }, "a terminal's host did not answer");
      else this.#logger.error({ err: error }, "a terminal could not be attached");
      this.#refuse("unavailable", error instanceof PublishError ? unrecorded : silentHost);
    }
  }

  /** Asks the client for a sign of life; false when it gave none since the last time, and is cut off. */
  ping(): boolean {
    // It is not heard before it has its terminal.
    if (this.#socket.isPaused) return true;
    if (!this.#alive) this.#socket.terminate();
    else this.#socket.ping();
    const was = this.#alive;
    this.#alive = false;
    return was;
  }

  /** Nobody is at a terminal without that standing in the log. */
  #recordArrival({ session, program }: TerminalAttached): Promise<void> {
    const { mode, session: wanted, actor } = this.#request;
    const record = { bus: this.#bus, address: this.#request, actor };
    return mode === "write" && wanted === null
      ? recordTerminal({ ...record, event: terminalOpened, data: { session, program } })
      : recordTerminal({ ...record, event: terminalJoined, data: { session, mode } });
  }

  async #closeTerminal(address: TerminalAddress, viewer: string): Promise<unknown> {
    const { actor } = this.#request;
    await recordTerminal({ bus: this.#bus, address, actor, event: terminalClosed, data: { session: address.session } });
    return askTerminal(this.#bus, address, "close", { viewer });
  }

  /** Tells the host that somebody looks. */
  async keep(): Promise<void> {
    if (this.#attached === null || this.#over.signal.aborted) return;
    const { address, viewer } = this.#attached;
    try {
      const { known } = await askTerminal(this.#bus, address, "keep", { viewer });
      this.#unanswered = 0;
      // Its end was missed, or the host forgot the viewer while it could not be reached.
      if (known) return;
      await this.#catchUp();
      this.close(endCodes.unreachable, "the terminal does not know this viewer any more: come back");
    } catch (error) {
      this.#unanswered += 1;
      this.#logger.debug({ err: error }, "a terminal's host did not answer");
      if (this.#unanswered >= patience) this.close(endCodes.unreachable, "the town's container does not answer");
    }
  }

  close(code: number, reason: string): void {
    this.#outbox.close(code, reason);
  }

  #send(frame: TerminalSocketFrame): void {
    this.#outbox.send(JSON.stringify(frame));
  }

  #refuse(code: Extract<TerminalSocketFrame, { type: "refused" }>["code"], message: string): void {
    this.#send({ type: "refused", code, message });
    this.close(endCodes.refused, code);
  }

  #leave(): void {
    this.#over.abort();
    if (this.#attached === null) return;
    const { address, viewer } = this.#attached;
    this.#attached = null;
    askTerminal(this.#bus, address, "detach", { viewer }).catch((error: unknown) =>
      this.#logger.debug({ err: error }, "a host was not told that a viewer left"),
    );
  }

  #show(output: TerminalOutput): void {
    if (output.is === "output") return this.#showOutput(output);
    if (output.is === "ended") return void this.#catchUp();
    if (output.is === "resized") this.#send({ type: "resized", size: output.size });
    else if (output.viewer === this.#attached?.viewer)
      this.#send({ type: "error", code: "not_typed", message: output.message });
  }

  #showOutput({ seq, data }: TerminalFrame): void {
    if (seq === this.#last + 1 && !this.#reading) this.#pass(seq, data);
    else if (seq > this.#last) void this.#catchUp();
  }

  #pass(seq: number, data: string): void {
    this.#last = seq;
    this.#send({ type: "output", seq, data });
  }

  /** Reads what is missing, in pieces that the client takes; what comes meanwhile is read with it. */
  #catchUp(): Promise<void> {
    this.#readAgain = true;
    if (!this.#reading) this.#caughtUp = this.#readOn();
    return this.#caughtUp;
  }

  async #readOn(): Promise<void> {
    this.#reading = true;
    try {
      while (this.#readAgain && !this.#over.signal.aborted) {
        this.#readAgain = false;
        const end = await this.#readAll();
        if (end !== null) this.#finish(end);
      }
    } catch (error) {
      this.#logger.warn({ err: error }, "a terminal's output could not be read");
      this.close(endCodes.unreachable, "the output cannot be read: come back");
    } finally {
      this.#reading = false;
    }
  }

  /** Answers how it ended, when it did and all of it was shown. */
  async #readAll(): Promise<TerminalEnd | null> {
    while (this.#attached !== null) {
      const page = await askTerminal(this.#bus, this.#attached.address, "read", { after: this.#last });
      if (page.gap !== null) this.#send({ type: "gap", ...page.gap });
      for (const { seq, data } of page.frames) this.#pass(seq, data);
      if (page.frames.length === 0) return page.end;
      if (!(await this.#outbox.drained(this.#over.signal))) return null;
    }
    return null;
  }

  #finish(end: TerminalEnd): void {
    this.#send({ type: "ended", ...end });
    this.close(endCodes.ended, end.code);
  }

  #hear(text: string): void {
    const message = readMessage(text, this.#request.mode);
    if (message.type === "error") return this.#send(message);
    if (this.#attached === null) return;
    const { address, viewer } = this.#attached;
    if (message.type === "input") return typeIntoTerminal(this.#bus, address, { viewer, data: message.data });
    const asked =
      message.type === "close"
        ? this.#closeTerminal(address, viewer)
        : askTerminal(this.#bus, address, "resize", { viewer, size: { cols: message.cols, rows: message.rows } });
    asked.catch((error: unknown) => {
      this.#logger.warn({ err: error }, "a terminal did not do what was asked");
      this.#send({ type: "error", code: "not_done", message: `The terminal did not ${message.type}: try again.` });
    });
  }
}

function sizeOf({ cols, rows }: TerminalQuery): TerminalSize | null {
  return cols === undefined || rows === undefined ? null : { cols, rows };
}
