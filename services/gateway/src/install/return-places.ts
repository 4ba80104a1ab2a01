import type { ReturnPlaces } from "./safe-return-path.ts";

/** The first parts of the pages that people can be sent back to, those of the web interface included (scm §6 R9). */
const prefixes = ["/onboarding", "/towns", "/rigs", "/settings", "/dashboard", "/integrations"];

/** Where people may be sent back to on an installation that is reached at this origin. */
export function returnPlacesOn(origin: string): ReturnPlaces {
  return { origin, prefixes };
}
