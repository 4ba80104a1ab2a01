import type { Schema } from "@gastown/client";
import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";

export type TerminalFrame = Schema<"TerminalFrame">;
type TerminalMessage = Schema<"TerminalMessage">;

interface Connecting {
  /** The gateway's address. */
  url: string;
  ticket: Schema<"TerminalTicket">;
  query: Record<string, string>;
  onFrame: (frame: TerminalFrame) => void;
}

/** How a connection ended. */
export interface TerminalClosed {
  code: number;
  reason: string;
}

/** One connection to a terminal. */
export interface TerminalConnection {
  send(message: TerminalMessage): void;
  close(): void;
  /** Settles when it is over, however that came. */
  readonly closed: Promise<TerminalClosed>;
}

const handshakeMs = 15_000;
/** The gateway pings every 20 s; a connection that is silent for longer is gone. */
const silentMs = 50_000;

/** Opens a terminal with a ticket; frames come from then on. */
export function connectTerminal({ url, ticket, query, onFrame }: Connecting): TerminalConnection {
  const address = new URL(`${url.replace(/^http/, "ws")}${ticket.path}`);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const protocols = ["gastown.v1", `gastown.ticket.${ticket.ticket}`];
  const socket = new WebSocket(address, protocols, { handshakeTimeout: handshakeMs });
  const { promise: closed, resolve: end } = Promise.withResolvers<TerminalClosed>();
  const silence = setTimeout(() => socket.terminate(), silentMs);
  socket.on("ping", () => silence.refresh());
  socket.on("message", (data) => {
    silence.refresh();
    // Frames are text, which comes as one Buffer.
    onFrame(JSON.parse((data as Buffer).toString()) as TerminalFrame);
  });
  socket.on("unexpected-response", (_, response: IncomingMessage) => {
    end({ code: 1006, reason: `the gateway answered ${response.statusCode ?? 0}` });
    socket.terminate();
  });
  socket.on("error", (error) => end({ code: 1006, reason: error.message }));
  socket.on("close", (code, reason) => {
    clearTimeout(silence);
    end({ code, reason: reason.toString() || "the connection was lost" });
  });
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    close: () => socket.close(1000),
    closed,
  };
}
