import { noTown } from "@gastown/contracts";
import { html } from "../docs/html.ts";
import { hashOf } from "../identify.ts";
import type { InstallVisit } from "../store/install-visit-store.ts";
import { linkClaim } from "./ask-scm.ts";
import { answerPage, goTo, type SignedRequest } from "./browser.ts";
import { dropCookie, readCookie } from "./cookies.ts";
import { landingPath, type InstallOutcome } from "./landing.ts";
import { pageOf } from "./pages/layout.ts";
import { refusedAs } from "./refused-as.ts";
import { returnPlacesOn } from "./return-places.ts";
import { safeReturnPath } from "./safe-return-path.ts";
import { demandLinking } from "./start-visit.ts";

/** Where a person says that an installation is to be linked that was verified, but not begun here. */
export const confirmPath = "/integrations/github/confirm";

const lost: InstallOutcome = { kind: "error", error: "state_expired" };

/** Shows what would be linked to what, and changes nothing. */
export async function askToConfirm(request: SignedRequest): Promise<Response> {
  const { c, identity } = request;
  const visit = await visitOf(request, "find");
  if (visit?.link == null) return goTo(c, landingPath({ returnPath: null, owner: noTown }, lost));
  const { account, person, installation } = visit.link;
  const owner = visit.owner === noTown ? html`all towns` : html`the town <code>${visit.owner}</code>`;
  const body = html`<p>
      You are <strong>${person}</strong> at GitHub and may manage the installation on
      <strong>${account}</strong> (number ${installation}). If you link it, ${owner} can work on its repositories.
    </p>
    <p class="dim">Did you not come here by yourself? Then close this page: nothing is linked.</p>
    <form method="post" action="${confirmPath}"><button>Link it</button></form>`;
  return answerPage(c, pageOf({ title: "Link this installation?", identity, body }));
}

/** The installation is linked, once. */
export async function confirmLink(request: SignedRequest): Promise<Response> {
  const { c, site, identity } = request;
  const visit = await visitOf(request, "use");
  dropCookie(c, "visit", site);
  if (visit?.link == null) return goTo(c, landingPath({ returnPath: null, owner: noTown }, lost));
  demandLinking(identity, visit.owner);
  const linked = await refusedAs("already_exists", linkClaim(request, { ...visit.link, owner: visit.owner }));
  const returnPath = safeReturnPath(visit.returnPath, returnPlacesOn(site.origin));
  const outcome: InstallOutcome = linked
    ? { kind: "linked" }
    : { kind: "error", error: "installation_already_claimed" };
  return goTo(c, landingPath({ returnPath, owner: visit.owner }, outcome));
}

async function visitOf(
  { c, site, browser, identity }: SignedRequest,
  how: "find" | "use",
): Promise<InstallVisit | null> {
  const nonce = readCookie(c, "visit", site);
  if (nonce === undefined) return null;
  const found = await browser.gateway.visits.find(hashOf(nonce), new Date());
  if (found === null || found.purpose !== "confirm" || found.user !== identity.id) return null;
  return how === "find" ? found : browser.gateway.visits.use(hashOf(nonce), new Date());
}
