import type { Command, DataOf, Event } from "@gastown/contracts";
import type { OutboxDraft } from "@gastown/db";
import type { NumberedPull } from "../store/rows.ts";

/** Names of the fields that every message about a pull request has. */
type Reference = "bead" | "rig" | "number";

type Rest<D extends Command | Event> = Omit<DataOf<D> & Record<Reference, unknown>, Reference>;

/** A message about a pull request, caused by what last changed a wish for it. */
export function pullDraft<D extends Command | Event>(pull: NumberedPull, descriptor: D, rest: Rest<D>): OutboxDraft {
  const { bead, rig, number } = pull;
  const subject = bead === null ? `rig/${rig}` : `bead/${bead}`;
  return {
    descriptor,
    town: pull.town,
    data: { bead, rig, number, ...rest },
    actor: "service:scm",
    subject,
    causationId: pull.causationId,
    correlationId: pull.correlationId,
  };
}
