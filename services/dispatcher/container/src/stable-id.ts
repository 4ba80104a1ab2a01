import { createHash } from "node:crypto";

const longest = 64;

/**
 * A message id that is the same whenever the same thing is said, so that saying it again is dropped. The town has to be among
 * the parts: agents of two towns may have the same id, and their messages share a stream.
 */
export function stableId(...parts: (string | number)[]): string {
  const id = parts.join("-");
  return id.length <= longest ? id : createHash("sha256").update(id).digest("hex").slice(0, longest);
}
