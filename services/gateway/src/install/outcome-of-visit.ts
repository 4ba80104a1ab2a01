import { installationId, type ReplyOf, type verifyInstallation } from "@gastown/contracts";
import { hashOf } from "../identify.ts";
import { linkClaim, noteRequest, verifyClaim } from "./ask-scm.ts";
import type { SignedRequest } from "./browser.ts";
import { giveCookie } from "./cookies.ts";
import type { InstallError, InstallOutcome, InstallPlace } from "./landing.ts";
import { refusedAs } from "./refused-as.ts";
import { newNonce } from "./start-visit.ts";

/** What was verified can be confirmed as long as scm's proof of it lasts. */
const confirmMinutes = 10;

/** For whom a browser was at GitHub. `begun`: we sent this very browser there, and it comes back for the first time. */
export interface FoundPlace {
  readonly begun: boolean;
  readonly place: InstallPlace;
}

/** `confirm`: the person is to be asked first. */
export type VisitOutcome = InstallOutcome | { readonly kind: "confirm" };

export function failed(error: InstallError, installation?: string): InstallOutcome {
  return { kind: "error", error, installation };
}

/** Somebody may not install the App and has asked an owner for it: that is noted with their GitHub account (scm §5.3.5). */
export async function outcomeOfRequest(request: SignedRequest, { place }: FoundPlace): Promise<InstallOutcome> {
  const { owner } = place;
  const { code } = request.query;
  if (code === undefined) return failed("pending_setup_failed");
  const verified = await verifyClaim(request, { owner, installation: null, code });
  if (verified.outcome !== "verified") return failed("pending_setup_failed");
  const noted = await refusedAs("already_exists", noteRequest(request, { owner, proof: verified.proof }));
  return noted ? { kind: "pending" } : failed("pending_installation_exists");
}

/** The installation that the browser names is linked, when GitHub says that it is this person's. */
export async function outcomeOfInstall(request: SignedRequest, found: FoundPlace): Promise<VisitOutcome> {
  const claim = claimOf(request.query);
  if (typeof claim === "string") return failed(claim);
  const { owner } = found.place;
  const verified = await verifyClaim(request, { ...claim, owner });
  if (verified.outcome !== "verified") return unverified(verified.outcome, claim.installation);
  const { proof, person, installation } = verified;
  if (installation === null) throw new Error("scm verified an installation and does not say which");
  const linkedTo = installation.owner;
  if (linkedTo !== null) return linkedTo === owner ? { kind: "linked" } : failed("installation_already_claimed");
  const link = { installation: claim.installation, account: installation.account.login, person: person.login, proof };
  return found.begun && claim.action === "install"
    ? linkNow(request, { owner, link })
    : askFirst(request, { place: found.place, link });
}

interface Claim {
  readonly action: "install" | "update";
  readonly installation: string;
  readonly code: string;
}

/** What the browser says, if it is whole; GitHub leaves out the action where it means an installation. */
export function claimOf(query: Readonly<Record<string, string>>): Claim | InstallError {
  const { installation_id: named, setup_action: action = "install", code } = query;
  const installation = installationId.safeParse(named);
  if (!installation.success) return "missing_installation_id";
  if (action !== "install" && action !== "update") return "installation_failed";
  return code === undefined || code === "" ? "missing_code" : { action, installation: installation.data, code };
}

type Unverified = Exclude<ReplyOf<typeof verifyInstallation>["outcome"], "verified">;

function unverified(outcome: Unverified, installation: string): InstallOutcome {
  switch (outcome) {
    case "no_app":
      return failed("app_not_configured");
    case "code_refused":
      return failed("code_refused");
    case "not_found":
      return failed("installation_not_found", installation);
  }
}

interface Link {
  readonly installation: string;
  readonly account: string;
  readonly person: string;
  readonly proof: string;
}

async function linkNow(
  request: SignedRequest,
  { owner, link }: { owner: string; link: Link },
): Promise<InstallOutcome> {
  const linked = await refusedAs("already_exists", linkClaim(request, { ...link, owner }));
  return linked ? { kind: "linked" } : failed("installation_already_claimed");
}

/**
 * A browser that came with a state that anybody can write, or after a change of an older installation (`update`, which links
 * nothing by itself), may have been sent by somebody else: the person is shown what it is about and decides.
 */
async function askFirst(
  { c, site, browser, identity }: SignedRequest,
  { place, link }: { place: InstallPlace; link: Link },
): Promise<VisitOutcome> {
  const nonce = newNonce();
  const expiresAt = new Date(Date.now() + confirmMinutes * 60_000);
  const visit = { ...place, purpose: "confirm" as const, user: identity.id, link, expiresAt };
  await browser.gateway.visits.add({ ...visit, nonceHash: hashOf(nonce) });
  giveCookie(c, "visit", { site, value: nonce, maxAgeS: confirmMinutes * 60 });
  return { kind: "confirm" };
}
