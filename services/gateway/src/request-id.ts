import { newId } from "@gastown/contracts";

/** The caller's own request id when it can stand in a log line, else a new one. */
export function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === "string" && /^[\w.:-]{1,100}$/.test(given) ? given : newId();
}
