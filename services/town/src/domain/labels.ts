import { refused, type Decided } from "./input.ts";

/** Labels that begin so say what the town knows of a bead; people read them and cannot set them. */
const townPrefix = "gt:";

/** What to use instead of a label of the town that people of other systems are used to. */
const instead: ReadonlyMap<string, string> = new Map([["gt:held", "; to hold a bead back, set held"]]);

/** The refusal of labels only the town sets, which the bead does not have already; null when there are none. */
export function refuseLabels(given: readonly string[], own: readonly string[] = []): Decided | null {
  const found = given.find((label) => isTownLabel(label) && !own.includes(label));
  if (found === undefined) return null;
  const message = `labels: ${found} begins with ${townPrefix}, and those the town sets itself${instead.get(found) ?? ""}`;
  return refused("invalid", message);
}

/** The labels a bead has after a person gave it `given`: the town's own stay, each label is there once. */
export function labelsAfter(own: readonly string[], given: readonly string[]): string[] {
  return [...new Set([...own.filter(isTownLabel), ...given])];
}

function isTownLabel(label: string): boolean {
  return label.startsWith(townPrefix);
}
