import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { WebSocket } from "ws";
import { eventually } from "@gastown/testkit";
import { adminToken } from "./start-gateway.ts";

/** A stream socket of a test, with all it was sent. */
export interface TestSocket {
  readonly ws: WebSocket;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into whatever was sent
  readonly frames: any[];
  /** The sequences of the events, in the order they came. */
  seqs(): number[];
  /** Resolves when a frame of this type is there. */
  until(type: string): Promise<void>;
  /** Resolves when the event of this sequence came. */
  reached(seq: number): Promise<void>;
  closed: Promise<{ code: number; reason: string }>;
}

export async function openSocket(gateway: string, path: string, token: string = adminToken): Promise<TestSocket> {
  const ws = new WebSocket(gateway.replace(/^http/, "ws") + path, { headers: { authorization: `Bearer ${token}` } });
  const frames: TestSocket["frames"] = [];
  ws.on("message", (data) => frames.push(JSON.parse((data as Buffer).toString())));
  const closed = once(ws, "close").then(([code, reason]) => ({ code: code as number, reason: String(reason) }));
  await once(ws, "open");
  const seqs = () => frames.filter(({ type }) => type === "event").map(({ seq }) => seq as number);
  return {
    ws,
    frames,
    seqs,
    closed,
    until: async (type) => void (await eventually(() => frames.some((frame) => frame.type === type))),
    reached: async (seq) => void (await eventually(() => (seqs().at(-1) ?? 0) >= seq)),
  };
}

/** The status and problem of a handshake that is refused. */
export async function refusedSocket(gateway: string, path: string, headers: Record<string, string> = {}) {
  const ws = new WebSocket(gateway.replace(/^http/, "ws") + path, { headers });
  ws.on("error", () => undefined);
  const [, response] = (await once(ws, "unexpected-response")) as [unknown, IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  ws.terminate();
  return {
    status: response.statusCode,
    type: response.headers["content-type"],
    body: JSON.parse(Buffer.concat(parts).toString()),
  };
}
