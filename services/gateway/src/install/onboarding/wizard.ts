import { beadId, rigId, townId } from "@gastown/contracts";
import { z } from "zod";

/** The steps, in order. */
export const steps = ["town", "github", "repo", "bead", "done"] as const;
export type Step = (typeof steps)[number];

/** Where somebody is in setting up a town. It stands in the address, and what was made stands in the database. */
export interface Wizard {
  readonly step: Step;
  readonly town: string | null;
  readonly rig: string | null;
  readonly bead: string | null;
}

const fields = z.object({
  step: z.enum(steps).catch("town"),
  town: townId.nullable().catch(null),
  rig: rigId.nullable().catch(null),
  bead: beadId.nullable().catch(null),
});

/** The place an address says; what it does not say, or says wrongly, is open. */
export function wizardOf(query: Readonly<Record<string, string>>): Wizard {
  return fields.parse(query);
}

/** The address of a place. */
export function wizardPath({ step, town, rig, bead }: Partial<Wizard> & { step: Step }): string {
  const said = Object.entries({ step, town, rig, bead }).filter(
    (entry): entry is [string, string] => entry[1] !== null && entry[1] !== undefined,
  );
  return `/onboarding?${new URLSearchParams(said).toString()}`;
}
