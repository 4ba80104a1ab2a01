import { listInstallations, listTowns, noTown, type InstallationView } from "@gastown/contracts";
import { askOwner } from "../ask-owner.ts";
import type { GatewayContext } from "../context.ts";
import { html, type Html } from "../docs/html.ts";
import { answerPage, type SignedRequest } from "./browser.ts";
import { defaultPath } from "./landing.ts";
import { installBanner } from "./pages/install-banner.ts";
import { pageOf } from "./pages/layout.ts";

/** Installations of the GitHub App that this person may know of, and where to install it for a town. */
export async function showInstallations(request: SignedRequest): Promise<Response> {
  const { c, identity, query } = request;
  const body = [await installationList(request), html`<h2>Install the App</h2>`, await installLinks(request)];
  return answerPage(c, pageOf({ title: "GitHub", identity, banner: installBanner(query), body }));
}

async function installationList({ browser, identity, c, query }: SignedRequest): Promise<Html> {
  const { data } = await askOwner(browser.gateway, listInstallations, {
    town: identity.town ?? noTown,
    data: { limit: 100, ...(query["after"] !== undefined && { after: query["after"] }) },
    signal: c.req.raw.signal,
  });
  if (data.items.length === 0) return html`<p>The GitHub App is not installed anywhere yet.</p>`;
  const next = data.next === null ? null : `${defaultPath}?${new URLSearchParams({ after: data.next }).toString()}`;
  return html`<ul class="list">
      ${data.items.map(
        (each) =>
          html`<li>
            <strong>${each.account.login}</strong>
            <span class="dim">${each.repositories} repositories · ${stateOf(each)}</span>
          </li>`,
      )}
    </ul>
    ${next === null ? "" : html`<p><a href="${next}">More</a></p>`}`;
}

function stateOf({ state, owner }: InstallationView): string {
  if (state === "suspended") return "suspended at GitHub";
  if (owner === null) return "not linked";
  return owner === noTown ? "for all towns" : `for ${owner}`;
}

async function installLinks({ browser, identity, c }: SignedRequest): Promise<Html> {
  if (browser.gateway.config.githubAppUrl === undefined)
    return html`<p>
      This installation of Gastown has no GitHub App yet; <code>docs/github-app.md</code> says how it gets one.
    </p>`;
  const towns = identity.town === null ? await readTowns(browser.gateway, c.req.raw.signal) : [identity.town];
  const owners = identity.town === null ? [...towns, noTown] : towns;
  return html`<ul class="list">
    ${owners.map(
      (owner) =>
        html`<li>
          <a href="${installPath(owner, defaultPath)}">${owner === noTown ? "For all towns" : `For ${owner}`}</a>
        </li>`,
    )}
  </ul>`;
}

async function readTowns(gateway: GatewayContext, signal: AbortSignal): Promise<string[]> {
  const { data } = await askOwner(gateway, listTowns, { town: noTown, data: { limit: 200 }, signal });
  return data.items.map(({ town }) => town);
}

/** Where a visit to GitHub begins that comes back to this path. */
export function installPath(town: string, back: string): string {
  return `/integrations/github/install?${new URLSearchParams({ town, return: back }).toString()}`;
}
