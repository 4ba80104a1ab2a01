import { noTown, townId } from "@gastown/contracts";
import { hashOf } from "../identify.ts";
import type { InstallVisit } from "../store/install-visit-store.ts";
import type { SignedRequest } from "./browser.ts";
import { dropCookie, readCookie } from "./cookies.ts";
import { isSameNonce, readState, type InstallState } from "./install-state.ts";
import type { InstallError } from "./landing.ts";
import { readLegacyState } from "./legacy-state.ts";
import type { FoundPlace } from "./outcome-of-visit.ts";
import { returnPlacesOn } from "./return-places.ts";
import { safeReturnPath } from "./safe-return-path.ts";

type Finding =
  | ({ readonly found: true } & FoundPlace)
  /** `home`: not even the default page, since nobody is known whom it could be about. */
  | { readonly found: false; readonly why: InstallError | "home" };

/** For whom a browser was at GitHub and where it wants to go: what its state says, as far as that can be believed. */
export async function findPlace(request: SignedRequest, state: string): Promise<Finding> {
  if (/^v[0-9]+\./.test(state)) return fromOwnState(request, state);
  const { identity, site } = request;
  const legacy = readLegacyState(state);
  if (legacy === null) return { found: false, why: "home" };
  const mine = legacy.kind === "user" ? legacy.id === identity.id : townId.safeParse(legacy.id).success;
  if (!mine) return { found: false, why: "home" };
  const owner = legacy.kind === "org" ? legacy.id : (identity.town ?? noTown);
  const returnPath = safeReturnPath(legacy.returnTo, returnPlacesOn(site.origin));
  return { found: true, begun: false, place: { returnPath, owner } };
}

async function fromOwnState(request: SignedRequest, text: string): Promise<Finding> {
  const { c, site, browser, identity } = request;
  const now = new Date();
  const read = readState(browser.states, text, now);
  if (!read.ok) return { found: false, why: read.why };
  const { state } = read;
  if (!isSameNonce(state, readCookie(c, "visit", site)) || state.u !== identity.id)
    return { found: false, why: "state_foreign" };
  const visit = await browser.gateway.visits.use(hashOf(state.n), now);
  if (visit === null) return { found: false, why: "state_used" };
  dropCookie(c, "visit", site);
  if (!isOf(visit, state)) return { found: false, why: "state_tampered" };
  // Once more: the rules may have changed since it was signed (scm §6).
  const returnPath = safeReturnPath(visit.returnPath, returnPlacesOn(site.origin));
  return { found: true, begun: true, place: { returnPath, owner: visit.owner } };
}

function isOf(visit: InstallVisit, { u, o, r }: InstallState): boolean {
  return visit.purpose === "install" && visit.user === u && visit.owner === o && visit.returnPath === r;
}
