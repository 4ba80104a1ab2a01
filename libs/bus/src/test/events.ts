import { beadUnblocked, type Envelope } from "@gastown/contracts";
import { newEnvelope, publish, type Bus } from "../index.ts";

/** An event of a town; `n` says which. */
function beadEvent(town: string, n: number): Envelope {
  return newEnvelope(beadUnblocked, { town, data: { bead: `gt-${n}` }, actor: "rule:test", source: "/town" });
}

/** Publishes events `from` to `to` of a town, in order; answers their sequences. */
export async function publishEvents(bus: Bus, town: string, [from, to]: [number, number]): Promise<number[]> {
  const sequences: number[] = [];
  for (let n = from; n <= to; n++) sequences.push((await publish(bus, beadUnblocked, beadEvent(town, n))).seq);
  return sequences;
}

/** Which event of `beadEvent` it is, with its town. */
export function eventName(envelope: Envelope): string {
  const { bead } = envelope.data as { bead: string };
  return `${envelope.townid}/${bead.replace("gt-", "")}`;
}
