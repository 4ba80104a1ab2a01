import type { MoleculeView } from "@gastown/contracts";

/** A molecule as its agent needs it: all steps with their state, and the texts of those that can be done now. */
export function moleculeText({ formula, status, steps }: MoleculeView): string {
  const shown = steps.map(({ step, title, body, state, needs }) => ({
    step,
    title,
    state,
    ...(state === "ready" && body !== "" && { body }),
    ...(state === "waiting" && { needs }),
  }));
  return JSON.stringify({ formula, status, steps: shown }, null, 2);
}
