import type { AppAuth, Directory, InstallPages } from "../ports.ts";
import { html, type Html } from "./html.ts";
import type { InstallRequests } from "./install-requests.ts";
import type { OauthCodes } from "./oauth-codes.ts";

/** One request of a browser. */
export interface Visit {
  readonly query: URLSearchParams;
  /** Empty for GET. */
  readonly form: URLSearchParams;
  /** What the route's pattern found in the path. */
  readonly parts: readonly string[];
  readonly accept: string;
}
export type Answer =
  | { readonly status: number; readonly page: Html }
  | { readonly redirect: string }
  | { readonly status: number; readonly type: string; readonly text: string };

export interface PageContext {
  readonly auth: AppAuth;
  readonly directory: Directory;
  readonly codes: OauthCodes;
  readonly requests: InstallRequests;
  readonly pages: Pick<InstallPages, "setupUrl" | "callbackUrl" | "authorizeOnInstall"> & { person: string | null };
}
/** A page for somebody who is signed in, as `person`. */
export type PageOf = (visit: Visit, context: PageContext & { readonly person: string }) => Answer;

/** A whole page; it says that it is a double. */
export function pageOf(title: string, body: Html, status = 200): Answer {
  return {
    status,
    page: html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <title>${title}</title>
        </head>
        <body>
          <p>This is a double of GitHub, for tests and demos.</p>
          <h1>${title}</h1>
          ${body}
        </body>
      </html> `,
  };
}

export function notFoundPage(text = "There is nothing here."): Answer {
  return pageOf("Not Found", html`<p>${text}</p>`, 404);
}
