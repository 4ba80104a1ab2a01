import { randomBytes } from "node:crypto";
import { noTown, townId } from "@gastown/contracts";
import { assertTown } from "../assert-town.ts";
import { demand, hashOf } from "../identify.ts";
import type { Identity } from "../identity.ts";
import { Problem } from "../problem.ts";
import { goTo, type SignedRequest } from "./browser.ts";
import { giveCookie } from "./cookies.ts";
import { writeState } from "./install-state.ts";
import { landingPath } from "./landing.ts";
import { returnPlacesOn } from "./return-places.ts";
import { safeReturnPath } from "./safe-return-path.ts";

/** A visit to GitHub may take this long (scm §5.3.1). */
const visitMinutes = 30;

/**
 * Sends the browser to GitHub's page where the App is installed, for the town in `town` or for all towns, and remembers where it
 * wants to be afterwards (`return`, ignored when it is no page of ours). Needs scope write there.
 */
export async function startVisit(request: SignedRequest): Promise<Response> {
  const { c, site, browser, identity, query } = request;
  const { gateway, states } = browser;
  const owner = ownerOf(identity, query["town"]);
  demandLinking(identity, owner);
  if (owner !== noTown) await assertTown(gateway, owner, c.req.raw.signal);
  const returnPath = safeReturnPath(query["return"], returnPlacesOn(site.origin));
  const { githubAppUrl } = gateway.config;
  c.header("referrer-policy", "no-referrer");
  if (githubAppUrl === undefined)
    return goTo(c, landingPath({ returnPath, owner }, { kind: "error", error: "app_not_configured" }));
  const nonce = newNonce();
  const expiresAt = new Date(Date.now() + visitMinutes * 60_000);
  const visit = { purpose: "install" as const, user: identity.id, owner, returnPath, link: null, expiresAt };
  await gateway.visits.add({ ...visit, nonceHash: hashOf(nonce) });
  giveCookie(c, "visit", { site, value: nonce, maxAgeS: visitMinutes * 60 });
  const exp = Math.floor(expiresAt.getTime() / 1_000);
  const url = new URL(`${githubAppUrl}/installations/new`);
  url.searchParams.set("state", writeState(states, { n: nonce, u: identity.id, o: owner, r: returnPath, exp }));
  gateway.logger.info({ user: identity.name, owner, returnPath }, "a browser was sent to install the GitHub App");
  return c.redirect(url.href, 303);
}

/** 128 random bits, 22 characters. */
export function newNonce(): string {
  return randomBytes(16).toString("base64url");
}

/** The town that is asked for, else the token's own, else all of them. */
function ownerOf(identity: Identity, asked: string | undefined): string {
  if (asked === undefined || asked === "") return identity.town ?? noTown;
  if (asked === noTown || townId.safeParse(asked).success) return asked;
  throw new Problem("invalid", {
    detail: "The town in the address is none.",
    errors: [{ field: "town", reason: "is not a town's id" }],
  });
}

/** A 403 problem unless the token may say which repositories the owner's rigs can use. */
export function demandLinking(identity: Identity, owner: string): void {
  demand(identity, owner === noTown ? { scope: "write", installation: true } : { scope: "write", town: owner });
}
