import type { Context } from "hono";
import type { App, Variables } from "../add-operation.ts";
import type { GatewayContext } from "../context.ts";
import type { Identity } from "../identity.ts";
import { limitBody } from "../limit-body.ts";
import type { GatewayRequest } from "../operation.ts";
import { problemOf } from "../problem-of.ts";
import { Problem } from "../problem.ts";
import type { BrowserSessions } from "./browser-sessions.ts";
import { html } from "../docs/html.ts";
import { pageOf } from "./pages/layout.ts";
import { style } from "./pages/style.ts";
import { returnPlacesOn } from "./return-places.ts";
import { safeReturnPath } from "./safe-return-path.ts";
import type { Signer } from "./signer.ts";
import { isFromOurPage, siteOf, type Site } from "./site.ts";

/** What pages work with. */
export interface BrowserContext {
  readonly gateway: GatewayContext;
  readonly sessions: BrowserSessions;
  /** Signs states. */
  readonly states: Signer;
}

/** One request of a browser. */
export interface PageRequest {
  readonly c: Context<Variables>;
  readonly site: Site;
  readonly browser: BrowserContext;
  readonly query: Readonly<Record<string, string>>;
}
/** By somebody who is signed in. */
export interface SignedRequest extends PageRequest {
  readonly identity: Identity;
}

interface PageRoute {
  readonly method: "get" | "post";
  readonly path: string;
}

/** A page may use its own style and nothing else from anywhere; where it leads, nobody is told where from. */
const headers = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${style.hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  "x-frame-options": "DENY",
  // Not `no-referrer`: browsers would send our own forms without an origin.
  "referrer-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-store",
};

/** The app answers the route with a page; a problem becomes a page as well. */
export function addPage(
  app: App,
  { method, path }: PageRoute,
  { browser, handle }: { browser: BrowserContext; handle: (request: PageRequest) => Promise<Response> },
): void {
  app.on(method.toUpperCase(), path, limitBody, async (c) => {
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    try {
      const site = siteOf(c.req.header("host"), browser.gateway.config.publicUrl);
      if (site === null) throw new Problem("forbidden", { detail: unsafeSite });
      if (method === "post" && !isFromOurPage(c.req.raw.headers, site))
        throw new Problem("forbidden", { detail: "This form was not sent by a page of this site." });
      return await handle({ c, site, browser, query: c.req.query() });
    } catch (error) {
      return problemPage(c, problemOf(error), browser);
    }
  });
}

const unsafeSite =
  "Browsers may sign in over https, at the address in GATEWAY_PUBLIC_URL, or on this machine itself (localhost).";

function problemPage(c: Context<Variables>, problem: Problem, { gateway }: BrowserContext): Response {
  const fields = { path: c.req.path, request: c.get("requestId"), code: problem.code };
  if (problem.status >= 500) gateway.logger.error({ ...fields, err: problem.options.cause ?? problem }, "page failed");
  else gateway.logger.info({ ...fields, detail: problem.message }, "page refused");
  const title = String(problem.document({ path: c.req.path, requestId: fields.request })["title"]);
  const body = html`<p>${problem.message}</p>
    <p><a href="/onboarding">Go on with the set-up</a></p>`;
  return answerPage(c, pageOf({ title, identity: null, body }), problem.status);
}

/** The page, with this status. */
export function answerPage(c: Context<Variables>, page: string, status = 200): Response {
  return c.html(page, status as Parameters<typeof c.html>[1] & number);
}

/** For those who are signed in; everybody else is asked for a token first and comes back. */
export function signedIn(
  handle: (request: SignedRequest) => Promise<Response>,
): (request: PageRequest) => Promise<Response> {
  return async (request) => {
    const { c, site, browser } = request;
    const identity = await browser.sessions.read(c, site);
    return identity === null ? goTo(c, loginPath(request)) : handle({ ...request, identity });
  };
}

/** Where somebody signs in and comes back from: to this page, or to the one it was to lead to. */
function loginPath({ c, site, query }: PageRequest): string {
  const { pathname, search } = new URL(c.req.url);
  const places = returnPlacesOn(site.origin);
  const back = safeReturnPath(`${pathname}${search}`, places) ?? safeReturnPath(query["return"], places);
  return back === null ? "/login" : `/login?${new URLSearchParams({ return: back }).toString()}`;
}

/** The browser gets this path of ours next (303), whatever it sent. */
export function goTo(c: Context<Variables>, path: string): Response {
  return c.redirect(path, 303);
}

/** A form's fields; a file or a second value of a field is left out. */
export async function formOf({ c }: PageRequest): Promise<Record<string, string>> {
  const fields = Object.entries(await c.req.parseBody());
  return Object.fromEntries(fields.flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])));
}

/** A page's request as the senders of commands take it. `key`: of the form; the same form sent twice is done once. */
export function commandRequest({ c, identity }: SignedRequest, key: string | null = null): GatewayRequest {
  return {
    identity,
    requestId: c.get("requestId"),
    template: `${c.req.method} ${c.req.path}`,
    method: c.req.method,
    path: c.req.path,
    idempotencyKey: key !== null && /^[\x21-\x7E]{1,200}$/.test(key) ? key : null,
    respondAsync: false,
    signal: c.req.raw.signal,
  };
}
