import { createHash } from "node:crypto";
import type { App } from "./add-operation.ts";
import { docsPage } from "./docs/page.ts";
import { style } from "./docs/style.ts";
import type { OpenApiDocument } from "./openapi.ts";

const styleHash = createHash("sha256").update(style.rules).digest("base64");
/** The page may use its own inline style and nothing else from anywhere. */
const htmlHeaders = {
  "content-security-policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
};

/** `/openapi.json`, `/docs` and the way there. They need no token: they say nothing about any town. */
export function addPages(app: App, document: OpenApiDocument): void {
  const page = docsPage(document);
  app.get("/openapi.json", (c) => c.json(document));
  app.get("/docs", (c) => c.html(page, 200, htmlHeaders));
  app.get("/", (c) => c.redirect("/docs"));
}
