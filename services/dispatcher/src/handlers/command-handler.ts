import type { Command, DataOf, Envelope } from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
import type { Cause, Time, TownState } from "../domain/state.ts";
import type { Decided } from "../domain/wished.ts";

/** What a command does to a town's state. Pure: nothing slow happens while a message is handled. */
export interface Handled {
  readonly decided: Decided;
  /** The town is to be looked at, because something may have to be done now. */
  readonly look: boolean;
  /** Told besides the facts that follow from the change. */
  readonly told?: readonly OutboxDraft[];
}

/** How a command came. */
export interface Received {
  readonly envelope: Envelope;
  readonly cause: Cause;
  readonly now: Time;
}

/** One command and what it does. */
export interface CommandHandler {
  readonly command: Command;
  readonly handle: (state: TownState, received: Received) => Handled;
}

/** A handler of one command; the bus has checked the data by the command's schema. */
export function defineHandler<C extends Command>(
  command: C,
  handle: (state: TownState, data: DataOf<C>, received: Received) => Handled,
): CommandHandler {
  return { command, handle: (state, received) => handle(state, received.envelope.data as DataOf<C>, received) };
}

/** Text that Postgres can keep: without NUL characters. */
export function storable(text: string): string {
  return text.replaceAll("\0", "");
}
