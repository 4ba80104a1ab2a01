import type { WebSocket } from "ws";

/** What may wait for one socket, in bytes. A socket that has more does not keep up and is closed (nats §6). */
const maxWaitingBytes = 1024 * 1024;
/** From here on output lines are left out, so that they never cost a socket its events. */
const outputWaitingBytes = maxWaitingBytes / 4;
const drainTimeoutMs = 30_000;
const drainStepBytes = maxWaitingBytes / 2;
const closeGraceMs = 5_000;

/** Application close codes of a stream socket. */
export const closeCodes = { revoked: 4001, slow: 4008, shutdown: 1001 } as const;

/** One socket's way out. Nothing here ever waits for the socket, except `drained`, which only its own catch-up calls. */
export interface Outbox {
  /** Sends a frame, or closes the socket with 4008 when too much waits already. */
  send(frame: string): void;
  /** Whether a frame that may be left out should be sent. */
  roomForOutput(): boolean;
  /** Resolves when there is room for more; false when the socket does not drain in time, and is closed. */
  drained(signal: AbortSignal): Promise<boolean>;
  close(code: number, reason: string): void;
}

/** The outbox of a socket; `onClose` is called once, when it is closed from this side. */
export function createOutbox(socket: WebSocket, onClose: (code: number, reason: string) => void): Outbox {
  let closed = false;
  let wake: (() => void) | null = null;

  const close = (code: number, reason: string): void => {
    if (closed) return;
    closed = true;
    onClose(code, reason);
    socket.close(code, reason);
    // A socket that does not read never answers the closing handshake.
    const end = setTimeout(() => socket.terminate(), closeGraceMs);
    socket.once("close", () => clearTimeout(end));
  };
  const slow = (): void => close(closeCodes.slow, "slow consumer: resume from your last sequence");
  return {
    close,
    send(frame) {
      if (closed) return;
      if (socket.bufferedAmount > maxWaitingBytes) return slow();
      socket.send(frame, () => {
        if (wake !== null && socket.bufferedAmount <= drainStepBytes) wake();
      });
    },
    roomForOutput: () => !closed && socket.bufferedAmount <= outputWaitingBytes,
    async drained(signal) {
      if (closed || signal.aborted) return false;
      if (socket.bufferedAmount <= drainStepBytes) return true;
      const waiting = Promise.withResolvers<boolean>();
      const late = setTimeout(() => waiting.resolve(false), drainTimeoutMs);
      const gone = (): void => waiting.resolve(false);
      signal.addEventListener("abort", gone, { once: true });
      wake = () => waiting.resolve(true);
      const room = await waiting.promise;
      wake = null;
      clearTimeout(late);
      signal.removeEventListener("abort", gone);
      if (!room && !signal.aborted) slow();
      return room;
    },
  };
}
