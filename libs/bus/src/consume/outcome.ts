import type { Command, Envelope, Verdict } from "@gastown/contracts";

/** What became of a command. One place (`settle-outcome.ts`) makes an acknowledgement of it. */
export type Outcome =
  /** Done, and committed. */
  | { outcome: "applied"; verdict?: Verdict | undefined }
  /** The state does not allow it now; decided and committed. */
  | { outcome: "refused"; verdict: Verdict }
  /** It can never succeed (its bead, agent or town does not exist); decided and committed. Not a dead letter. */
  | { outcome: "terminal"; code: string; message: string; verdict: Verdict }
  /** Decided before: `verdict` is the stored one. */
  | { outcome: "duplicate"; verdict?: Verdict | undefined }
  /** Nothing was committed; it comes again after `afterMs`, or after the delay of its delivery. On the last delivery: a dead letter. */
  | { outcome: "retry"; afterMs?: number | undefined; error?: unknown }
  /** Given up: a dead letter, at once. */
  | { outcome: "dead"; code: string; message: string };

/** A command as its handler gets it. */
export interface CommandMessage {
  /** Its data keeps to the descriptor's schema, defaults filled in. */
  readonly envelope: Envelope;
  readonly descriptor: Command;
  readonly stream: string;
  readonly seq: number;
  /** 1 at the first delivery. */
  readonly deliveries: number;
  /** True when a `retry` of this one becomes a dead letter. */
  readonly lastDelivery: boolean;
  /** Aborted when the handler has used up its time, or the service stops. */
  readonly signal: AbortSignal;
}

/** Decides one command and commits, or throws, which is a retry. Keep to one database transaction: the shard waits (nats §3.7). */
export type Handler = (message: CommandMessage) => Promise<Outcome>;

/** A command of a group. */
export interface GroupedMessage extends CommandMessage {
  /** Runs `fn` in the command's own trace: the group as a whole belongs to none. */
  readonly within: <T>(fn: () => T) => T;
}

/**
 * Decides the commands of different shards and commits them together; answers one outcome each, in their order. What it throws
 * has each of them handled alone, as a group of one, where it is a retry. Those of one town stand in the order of the stream.
 */
export type GroupHandler = (messages: readonly GroupedMessage[]) => Promise<readonly Outcome[]>;
