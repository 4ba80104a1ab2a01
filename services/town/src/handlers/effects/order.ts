import type { Command, DataOf } from "@gastown/contracts";
import type { Decision, DecisionOf } from "../../domain/decision.ts";
import type { TownState } from "../../domain/state.ts";

/** A command to another service. */
export interface Order<C extends Command = Command> {
  readonly command: C;
  readonly data: DataOf<C>;
  readonly subject: string;
}

/** What a decision asks of other services, at once or in several commands; `after` is the town it is true of. */
export type OrderFor<D extends Decision["do"]> = (
  after: TownState,
  decision: DecisionOf<D>,
) => Order | readonly Order[];
/** A part of the exhaustive table decision → command; null: the town does it alone. */
export type Orders<D extends Decision["do"]> = { readonly [K in D]: OrderFor<K> | null };

/** The command, about a subject. */
export function order<C extends Command>(command: C, subject: string, data: DataOf<C>): Order {
  return { command, data, subject };
}

/** It was in the snapshot that was decided on, so it is there. */
export function known<T>(found: T | undefined, id: string): T {
  if (found === undefined) throw new Error(`${id} was decided about and is not in the state`);
  return found;
}
