import type { ForgeKind, MergeSettings } from "@gastown/contracts";

interface Wish {
  readonly check?: string | null | undefined;
  readonly merge?: MergeSettings | null | undefined;
}

/** What a forge cannot do of what is set for a rig on it, with the field; null when it can do all. */
export function mergeObstacle(forge: ForgeKind, { check, merge }: Wish): string | null {
  if (forge !== "local")
    return typeof check === "string"
      ? `check: ${forge} runs its own checks; leave it out and make them required there`
      : null;
  const method = merge?.method ?? "merge";
  if (method !== "merge") return `merge.method: the local forge knows only "merge", not "${method}"`;
  return merge?.delegate === "native" ? "merge.delegate: the local forge merges nothing by itself" : null;
}
