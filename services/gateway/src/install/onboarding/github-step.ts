import { listInstallations } from "@gastown/contracts";
import { askOwner } from "../../ask-owner.ts";
import { html, type Html } from "../../docs/html.ts";
import type { SignedRequest } from "../browser.ts";
import { installPath } from "../installations-page.ts";
import { wizardPath } from "./wizard.ts";

/** The GitHub App for a town: what is linked already, and the way to GitHub that comes back to the next step. */
export async function githubStep({ browser, c }: SignedRequest, town: string): Promise<Html[]> {
  const { gateway } = browser;
  const next = wizardPath({ step: "repo", town });
  const { data } = await askOwner(gateway, listInstallations, { town, data: { limit: 50 }, signal: c.req.raw.signal });
  const known = data.items.map(
    ({ account, repositories }) =>
      html`<li><strong>${account.login}</strong> <span class="dim">${repositories} repositories</span></li>`,
  );
  return [
    html`<p>
      The GitHub App lets the agents of <code>${town}</code> push branches and open pull requests in the repositories
      you choose.
    </p>`,
    ...(known.length === 0
      ? []
      : [
          html`<ul class="list">
            ${known}
          </ul>`,
        ]),
    gateway.config.githubAppUrl === undefined
      ? html`<p class="dim">
          This installation of Gastown has no GitHub App yet; <code>docs/github-app.md</code> says how it gets one.
        </p>`
      : html`<p><a class="button" href="${installPath(town, next)}">Install the GitHub App</a></p>`,
    html`<p><a href="${next}">${known.length === 0 ? "Go on without it" : "Go on with these"}</a></p>`,
  ];
}
