import { noTown } from "@gastown/contracts";
import { assertTown } from "../assert-town.ts";
import { html } from "../docs/html.ts";
import { problemOf } from "../problem-of.ts";
import { answerPage, goTo, type PageRequest, type SignedRequest } from "./browser.ts";
import { confirmPath } from "./confirm-link.ts";
import { findPlace } from "./find-place.ts";
import { landingPath, type InstallError, type InstallPlace } from "./landing.ts";
import { failed, outcomeOfInstall, outcomeOfRequest, type FoundPlace, type VisitOutcome } from "./outcome-of-visit.ts";
import { pageOf } from "./pages/layout.ts";
import { demandLinking } from "./start-visit.ts";

/**
 * A browser comes back from GitHub (scm §5.3, kilo-container-api §8.4). Nothing it brings is believed: the state says only where
 * it was sent from, and whose an installation is, GitHub is asked. It goes on to the page it came from, or to the default one.
 */
export async function comeBack(request: PageRequest): Promise<Response> {
  const { c, query, site, browser } = request;
  c.header("referrer-policy", "no-referrer");
  const { state = "" } = query;
  // An owner of somebody's organization, or somebody who began at GitHub: there is nothing to link it to (scm §5.3.5, 5.3.6).
  if (state === "") return strangerPage(request);
  const identity = await browser.sessions.read(c, site);
  if (identity === null) return goTo(c, "/");
  const signed = { ...request, identity };
  const found = await findPlace(signed, state);
  if (!found.found) return refuse(signed, found.why);
  const outcome = await outcomeOf(signed, found);
  return goTo(c, outcome.kind === "confirm" ? confirmPath : landingPath(found.place, outcome));
}

function strangerPage({ c }: PageRequest): Response {
  const body = html`<p>
      GitHub has the App now, or knows that it is wished for. Nothing of it is used yet: say which town it is for, and
      begin there.
    </p>
    <p><a class="button" href="/integrations/github">Choose a town</a></p>`;
  return answerPage(c, pageOf({ title: "Back from GitHub", identity: null, body }));
}

function refuse({ c, browser, identity }: SignedRequest, why: InstallError | "home"): Response {
  browser.gateway.logger.warn(
    { user: identity.name, why },
    "a browser came back from GitHub with a state that is no good",
  );
  if (why === "home") return goTo(c, "/");
  const nowhere: InstallPlace = { returnPath: null, owner: identity.town ?? noTown };
  return goTo(c, landingPath(nowhere, { kind: "error", error: why }));
}

/** What came of it; a failure is an outcome too, and is told in the log. */
async function outcomeOf(request: SignedRequest, found: FoundPlace): Promise<VisitOutcome> {
  const { setup_action: action } = request.query;
  const { owner } = found.place;
  try {
    demandLinking(request.identity, owner);
    if (!found.begun && owner !== noTown) await assertTown(request.browser.gateway, owner);
    if (action === "delete" || action === "suspend") return { kind: "noted", action };
    return action === "request" ? await outcomeOfRequest(request, found) : await outcomeOfInstall(request, found);
  } catch (error) {
    const problem = problemOf(error);
    const fields = { owner, action, code: problem.code, err: problem.options.cause ?? problem };
    request.browser.gateway.logger.warn(fields, "an installation could not be linked");
    return failed(action === "request" ? "pending_setup_failed" : "installation_failed");
  }
}
