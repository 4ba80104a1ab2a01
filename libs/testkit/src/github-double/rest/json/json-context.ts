import type { Account } from "../../world/world-types.ts";
import type { Urls } from "../../world/world-core.ts";

/** What is needed to write REST's JSON of things: addresses, and accounts by login. */
export interface JsonContext {
  readonly urls: Urls;
  account(login: string): Account | null;
}

/** A time as GitHub writes it: whole seconds, UTC. */
export function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, "Z");
}

/** As `iso`, of a time that may not have come. */
export function isoOrNull(milliseconds: number | null): string | null {
  return milliseconds === null ? null : iso(milliseconds);
}
