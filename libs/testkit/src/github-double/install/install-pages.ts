import type { IncomingMessage, ServerResponse } from "node:http";
import type { InstallPages, InstallPagesOptions } from "../ports.ts";
import { authorizeAction, authorizePage, exchangeCode } from "./authorize-page.ts";
import { html } from "./html.ts";
import { chooseAccountPage, installAction, permissionsPage } from "./install-page.ts";
import { InstallRequests, type InstallRequest } from "./install-requests.ts";
import { OauthCodes } from "./oauth-codes.ts";
import { pageOf, type Answer, type PageContext, type PageOf, type Visit } from "./page.ts";
import { readForm } from "./read-form.ts";
import { approve, requestsAction, requestsPage, settingsAction, settingsPage } from "./settings-page.ts";
import { signInAction, signInPage } from "./sign-in-page.ts";

export interface InstallPagesDouble extends InstallPages {
  /** Members' wishes that wait for an owner. */
  readonly requests: readonly InstallRequest[];
  /** An owner of the account says yes, as on the page; answers the installation. */
  approve(request: number, by: string): number;
  /** What the OAuth page gives to who authorizes: for tests without a browser. */
  codeFor(login: string): string;
}

type AnyPage = (visit: Visit, context: PageContext) => Answer;
interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly page: AnyPage;
}

/** The pages of a GitHub App as a browser sees them, server-rendered and plain. They change only what `auth` keeps. */
export function createInstallPages(options: InstallPagesOptions): InstallPagesDouble {
  const { auth, directory } = options;
  const now = () => options.now();
  const codes = new OauthCodes(now);
  const requests = new InstallRequests(now);
  const routes = routesOf(auth.app.slug);
  const pages: InstallPagesDouble = {
    person: null,
    setupUrl: null,
    callbackUrl: null,
    authorizeOnInstall: false,
    get requests() {
      return requests.open;
    },
    approve: (request, by) => approve({ auth, requests }, request, by),
    codeFor: (login) => codes.make(login),
    handle: async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "/", "http://double");
      for (const { method, path, page } of routes) {
        const found = method === request.method ? path.exec(pathname) : null;
        if (found === null) continue;
        const form = method === "POST" ? await readForm(request) : new URLSearchParams();
        const visit = { query: searchParams, form, parts: found.slice(1), accept: request.headers.accept ?? "" };
        reply(response, page(visit, { auth, directory, codes, requests, pages }), visitedAt(request));
        return true;
      }
      return false;
    },
  };
  return pages;
}

function routesOf(slug: string): readonly Route[] {
  const app = `/apps/${slug.replaceAll(/[^\w-]/g, "\\$&")}`;
  const settings = "/settings/installations/(\\d+)";
  const organization = "/organizations/([\\w-]+)/settings/installations";
  return [
    at("GET", "/login", signInPage),
    at("POST", "/session", signInAction),
    at("GET", app, () => pageOf(slug, html`<p><a href="/apps/${slug}/installations/new">Install</a></p>`)),
    at("GET", `${app}/installations/(?:new|select_target)`, signedIn(chooseAccountPage)),
    at("GET", `${app}/installations/new/permissions`, signedIn(permissionsPage)),
    at("POST", `${app}/installations`, signedIn(installAction)),
    at("GET", settings, signedIn(settingsPage)),
    at("POST", settings, signedIn(settingsAction)),
    at("GET", organization, signedIn(requestsPage)),
    at("POST", organization, signedIn(requestsAction)),
    at("GET", "/login/oauth/authorize", signedIn(authorizePage)),
    at("POST", "/login/oauth/authorize", signedIn(authorizeAction)),
    at("POST", "/login/oauth/access_token", exchangeCode),
  ];
}

function at(method: string, pattern: string, page: AnyPage): Route {
  return { method, path: new RegExp(`^${pattern}$`), page };
}

const toSignIn = "/login";

/** Who is not signed in does so first, and then comes back. */
function signedIn(page: PageOf): AnyPage {
  return (visit, context) => {
    const { person } = context.pages;
    return person === null ? { redirect: toSignIn } : page(visit, { ...context, person });
  };
}

function visitedAt({ method, url = "/" }: IncomingMessage): string {
  return method === "GET" ? url : "/";
}

function reply(response: ServerResponse, answer: Answer, visited: string): void {
  if ("redirect" in answer) {
    const after = new URLSearchParams({ return_to: visited });
    const location = answer.redirect === toSignIn ? `${toSignIn}?${after.toString()}` : answer.redirect;
    response.writeHead(302, { location }).end();
  } else if ("page" in answer) {
    response.writeHead(answer.status, { "content-type": "text/html; charset=utf-8" }).end(answer.page.html);
  } else {
    response.writeHead(answer.status, { "content-type": answer.type }).end(answer.text);
  }
}
