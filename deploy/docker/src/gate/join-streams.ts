import type { Duplex } from "node:stream";

/** What comes in on one goes out on the other, each direction until it ends; when one breaks, so does the other. */
export function joinStreams(one: Duplex, other: Duplex): void {
  one.pipe(other);
  other.pipe(one);
  one.on("error", () => other.destroy());
  other.on("error", () => one.destroy());
  one.on("close", () => other.destroy());
  other.on("close", () => one.destroy());
}
