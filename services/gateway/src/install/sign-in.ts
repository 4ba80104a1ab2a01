import { html } from "../docs/html.ts";
import { Problem } from "../problem.ts";
import { answerPage, formOf, goTo, type PageRequest } from "./browser.ts";
import { pageOf, type Banner } from "./pages/layout.ts";
import { returnPlacesOn } from "./return-places.ts";
import { safeReturnPath } from "./safe-return-path.ts";

/** Where people are who want to be nowhere in particular. */
const home = "/onboarding";

/** Asks for an API token. */
export function showSignIn(request: PageRequest): Promise<Response> {
  return Promise.resolve(signInPage(request, { back: request.query["return"] }));
}

/** The browser stands for the token's owner from now on, and goes to where it wanted to; with a wrong token it is asked again. */
export async function signIn(request: PageRequest): Promise<Response> {
  const { c, site, browser } = request;
  const { token = "", return: back } = await formOf(request);
  try {
    const { name } = await browser.sessions.begin(c, site, token.trim());
    browser.gateway.logger.info({ user: name }, "a browser signed in");
    return goTo(c, safeReturnPath(back, returnPlacesOn(site.origin)) ?? home);
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== "unauthenticated") throw error;
    return signInPage(request, { back, banner: { tone: "bad", text: error.message }, status: 401 });
  }
}

/** Nobody is signed in here any more. */
export function signOut({ c, site, browser }: PageRequest): Promise<Response> {
  browser.sessions.end(c, site);
  return Promise.resolve(goTo(c, "/login"));
}

function signInPage(
  { c, site }: PageRequest,
  { back, banner, status }: { back: string | undefined; banner?: Banner; status?: number },
): Response {
  const path = safeReturnPath(back, returnPlacesOn(site.origin));
  const body = html`<form method="post" action="/login">
      <label for="token">API token</label>
      <input id="token" name="token" type="password" autocomplete="current-password" required autofocus />
      ${path === null ? "" : html`<input type="hidden" name="return" value="${path}" />`}
      <button>Sign in</button>
    </form>
    <p class="dim">
      <code>gastown up</code> prints the owner's token; <code>gastown token create</code> makes others. The token is not
      kept in your browser: it gets a cookie that is good for 12 hours and ends when the token is revoked.
    </p>`;
  return answerPage(c, pageOf({ title: "Sign in", identity: null, banner, body }), status);
}
