import { createHash } from "node:crypto";

/**
 * What a container host shows of the key it holds for the model service, so that its dispatcher sees whether that is the newest one: the
 * beginning of a hash with the container's name, which gives nothing of the key away and is of no use elsewhere. Null: it has none.
 */
export function keyMark(container: string, key: string | null): string | null {
  return key === null ? null : createHash("sha256").update(`${container}\n${key}`).digest("hex").slice(0, 16);
}
