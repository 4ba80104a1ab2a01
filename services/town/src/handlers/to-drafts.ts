import type { OutboxDraft } from "@gastown/db";
import type { Announcement } from "../domain/announce/tell.ts";
import type { Order } from "./effects/order.ts";

/** Who and what caused messages, and which life they belong to. */
export interface Causing {
  readonly town: string;
  readonly actor: string;
  readonly causationId: string;
  readonly correlationId: string;
}

/** Events as rows for the outbox, in order. */
export function toEventDrafts(events: readonly Announcement[], causing: Causing): OutboxDraft[] {
  return events.map(({ event, data, subject }) => ({
    ...causing,
    descriptor: event,
    data,
    ...(subject === null ? {} : { subject }),
  }));
}

/** Commands as rows for the outbox, in order. */
export function toCommandDrafts(commands: readonly Order[], causing: Causing): OutboxDraft[] {
  return commands.map(({ command, data, subject }) => ({ ...causing, descriptor: command, data, subject }));
}
