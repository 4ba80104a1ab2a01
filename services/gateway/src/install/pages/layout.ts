import { html, type Html } from "../../docs/html.ts";
import type { Identity } from "../../identity.ts";
import { style } from "./style.ts";

/** What is said above a page. */
export interface Banner {
  readonly tone: "good" | "wait" | "bad";
  readonly text: string;
}

interface PageParts {
  readonly title: string;
  readonly identity: Identity | null;
  readonly banner?: Banner | null | undefined;
  readonly body: Html | readonly Html[];
}

/** A whole page that works without script. */
export function pageOf({ title, identity, banner, body }: PageParts): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · Gastown</title>
        ${style.element}
      </head>
      <body>
        <header>
          <strong>Gastown</strong>
          ${identity === null ? "" : signedIn(identity)}
        </header>
        <main>
          <h1>${title}</h1>
          ${banner ? html`<p class="banner ${banner.tone}" role="status">${banner.text}</p>` : ""}
          ${[...(Array.isArray(body) ? (body as readonly Html[]) : [body as Html])]}
        </main>
      </body>
    </html>`;
  return page.text;
}

function signedIn({ name }: Identity): Html {
  return html`<a href="/onboarding">Set up</a> <a href="/integrations/github">GitHub</a>
    <span class="dim">${name}</span>
    <form method="post" action="/logout"><button class="quiet">Sign out</button></form>`;
}
