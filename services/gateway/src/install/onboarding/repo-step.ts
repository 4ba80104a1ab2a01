import {
  addRig,
  listInstallationRepositories,
  listInstallations,
  type InstallationRepositoryView,
  type InstallationView,
} from "@gastown/contracts";
import { askOwner } from "../../ask-owner.ts";
import { carryOut } from "../../commands/send.ts";
import { html, type Html } from "../../docs/html.ts";
import { demand } from "../../identify.ts";
import { commandRequest, type SignedRequest } from "../browser.ts";
import { field, formKey, type Typed } from "./frame.ts";
import { readForm } from "./read-form.ts";
import { suggestRig } from "./suggest-rig.ts";
import { wizardPath } from "./wizard.ts";

/** So many installations are shown with what they reach; more are on the page of installations. */
const installationsShown = 5;
const repositoriesShown = 50;

/** Which repository the town is to work on: one that an installation reaches, or any that git can clone from. */
export async function repoStep(request: SignedRequest, town: string, typed: Typed): Promise<Html[]> {
  const { source, forge } = request.query;
  const picked = typed.problem === null && source !== undefined;
  const filled = picked ? { ...typed, values: { ...suggestRig(source), source, forge: forge ?? "local" } } : typed;
  const lists = picked ? [] : await reachLists(request, town);
  return [
    ...lists,
    html`<h2>${picked ? "Add this repository" : "Any other repository"}</h2>`,
    rigForm(town, filled),
    html`<p><a href="${wizardPath({ step: "bead", town })}">Go on with a repository that is there</a></p>`,
  ];
}

async function reachLists({ browser: { gateway }, c, query }: SignedRequest, town: string): Promise<Html[]> {
  const { signal } = c.req.raw;
  const { data } = await askOwner(gateway, listInstallations, { town, data: { limit: installationsShown }, signal });
  const lists = data.items.map(async (installation) => {
    const after = query["of"] === installation.installation ? query["after"] : undefined;
    const asked = {
      installation: installation.installation,
      limit: repositoriesShown,
      ...(after !== undefined && { after }),
    };
    const { data: reach } = await askOwner(gateway, listInstallationRepositories, { town, data: asked, signal });
    return reachList(town, installation, reach);
  });
  return Promise.all(lists);
}

function reachList(
  town: string,
  { installation, account, state }: InstallationView,
  { items, next }: { items: readonly InstallationRepositoryView[]; next: string | null },
): Html {
  const more = new URLSearchParams({ step: "repo", town, of: installation, after: next ?? "" });
  return html`<h2>${account.login}${state === "suspended" ? " (suspended at GitHub)" : ""}</h2>
    ${items.length === 0 ? html`<p class="dim">The App reaches no repository there.</p>` : ""}
    <ul class="list">
      ${items.map((repo) => html`<li>${repo.name}${repo.private ? " (private)" : ""} ${pickLink(town, repo)}</li>`)}
    </ul>
    ${next === null ? "" : html`<p><a href="/onboarding?${more.toString()}">More of ${account.login}</a></p>`}`;
}

function pickLink(town: string, { url, name }: InstallationRepositoryView): Html {
  if (url === null) return html`<span class="dim">being read; reload soon</span>`;
  const to = new URLSearchParams({ step: "repo", town, source: url, forge: "github" });
  return html`<a href="/onboarding?${to.toString()}" aria-label="Add ${name}">Add</a>`;
}

function rigForm(town: string, typed: Typed): Html {
  const forges = { local: "Gastown itself (the repository is copied)", github: "GitHub", gitlab: "GitLab" };
  return html`<form method="post" action="/onboarding/rig">
    ${formKey()}<input type="hidden" name="town" value="${town}" />
    ${field({ name: "source", label: "Repository", hint: "a URL or path git can clone from" }, typed)}
    <label for="forge">Where its pull requests are</label>
    <select id="forge" name="forge">
      ${Object.entries(forges).map(
        ([value, label]) =>
          html`<option value="${value}" ${value === (typed.values["forge"] ?? "local") ? "selected" : ""}>
            ${label}
          </option>`,
      )}
    </select>
    ${field({ name: "rig", label: "Name of the rig", hint: "1-32 of a-z, 0-9 and -" }, typed)}
    ${field({ name: "prefix", label: "Prefix of its beads", hint: "2-6 letters a-z", pattern: "[a-z]{2,6}" }, typed)}
    ${field({ name: "check", label: "Check", hint: "a command that must succeed on each change; may be empty", optional: true }, typed)}
    <button>Add the repository</button>
  </form>`;
}

const form = addRig.data.pick({ rig: true, prefix: true, source: true, forge: true, check: true });

/** The town has such a rig, or will have; answers where to go on. */
export async function makeRig(
  request: SignedRequest,
  town: string,
  values: Readonly<Record<string, string>>,
): Promise<string> {
  demand(request.identity, { scope: "write", town });
  const data = readForm(form, values);
  const sending = { descriptor: addRig, town, data, body: data };
  await carryOut(sending, commandRequest(request, values["key"] ?? null), request.browser.gateway);
  return wizardPath({ step: "bead", town, rig: data.rig });
}
