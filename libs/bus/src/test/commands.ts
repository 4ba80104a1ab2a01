import { createBead, type Envelope } from "@gastown/contracts";
import { newEnvelope } from "../index.ts";

/** A bead to be made in a town; `n` says which. */
export function beadCommand(town: string, n: number, more: { id?: string; traceparent?: string } = {}): Envelope {
  const data = { rig: "web", title: `bead ${n}` };
  return newEnvelope(createBead, { town, data, actor: "user:test", source: "/test", ...more });
}

/** Which bead a command of `beadCommand` is. */
export function numberOf(envelope: Envelope): number {
  const { title } = envelope.data as { title: string };
  return Number(title.replace("bead ", ""));
}
