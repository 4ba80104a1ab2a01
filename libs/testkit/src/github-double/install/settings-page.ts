import type { Installation } from "../ports.ts";
import { html } from "./html.ts";
import { back } from "./install-page.ts";
import { notFoundPage, pageOf, type PageContext, type PageOf } from "./page.ts";
import { readRepositories, repositoryFields } from "./repository-choice.ts";

type Signed = PageContext & { readonly person: string };

/** `/settings/installations/<id>`: change what an installation reaches, suspend it, remove it. */
export const settingsPage: PageOf = ({ parts: [id], query }, context) => {
  const installation = administered(context, id);
  if (installation === null) return notFoundPage();
  const { account, selection, repositoryIds, suspendedAt } = installation;
  const state = query.get("state");
  return pageOf(
    `${context.auth.app.slug} on ${account.login}`,
    html`<form method="post">
      ${state === null ? "" : html`<input type="hidden" name="state" value="${state}" />`}
      ${repositoryFields(context.directory.repositoriesOf(account.login), selection === "all" ? null : repositoryIds)}
      <button name="do" value="save">Save</button>
      <button name="do" value="${suspendedAt === null ? "suspend" : "unsuspend"}">
        ${suspendedAt === null ? "Suspend" : "Unsuspend"}
      </button>
      <button name="do" value="uninstall">Uninstall</button>
    </form>`,
  );
};

/** What the form of `settingsPage` asks for is done; only saving leads back to the App. */
export const settingsAction: PageOf = ({ parts: [number], form }, context) => {
  const { auth, directory, person } = context;
  const installation = administered(context, number);
  if (installation === null) return notFoundPage();
  const { id, account } = installation;
  switch (form.get("do")) {
    case "save": {
      const chosen = readRepositories(form, account, directory);
      if (chosen === null) return pageOf("Nothing chosen", html`<p>Choose at least one repository.</p>`, 422);
      auth.select(id, chosen === "all" ? "all" : chosen.map((one) => one.id), person);
      return back(context, { action: "update", installation: id, state: form.get("state"), person });
    }
    case "suspend":
      auth.suspend(id, person);
      return { redirect: `/settings/installations/${id}` };
    case "unsuspend":
      auth.unsuspend(id, person);
      return { redirect: `/settings/installations/${id}` };
    case "uninstall":
      auth.uninstall(id, person);
      return pageOf("Uninstalled", html`<p>It is no longer installed on ${account.login}.</p>`);
    case null:
    default:
      return pageOf("Unknown", html`<p>That cannot be done here.</p>`, 422);
  }
};

/** `/organizations/<org>/settings/installations`: what members asked for. */
export const requestsPage: PageOf = ({ parts: [org = ""] }, { directory, person, requests }) => {
  if (!directory.administers(person, org)) return notFoundPage();
  const rows = requests.open
    .filter(({ account }) => account === org)
    .map(
      ({ id, requester, repositories }) =>
        html`<form method="post">
          <input type="hidden" name="request" value="${id}" />
          <p>${requester} asks for ${repositories?.join(", ") ?? "all repositories"}</p>
          <button name="do" value="approve">Approve and install</button> <button name="do" value="deny">Deny</button>
        </form>`,
    );
  return pageOf(`Requests for ${org}`, rows.length === 0 ? html`<p>None.</p>` : html`${rows}`);
};

/** An owner says yes or no; after a yes the owner's browser goes to the App, without the state of who had asked. */
export const requestsAction: PageOf = ({ parts: [org = ""], form }, context) => {
  const { directory, person, requests } = context;
  const id = Number(form.get("request"));
  if (!directory.administers(person, org) || !requests.open.some((one) => one.id === id && one.account === org))
    return notFoundPage();
  if (form.get("do") !== "approve") {
    requests.take(id);
    return { redirect: `/organizations/${org}/settings/installations` };
  }
  const installation = approve(context, id, person);
  return back(context, { action: "install", installation, state: null, person });
};

/** The App is installed as the request wished (`installation.created` names the requester); answers the installation. */
export function approve({ auth, requests }: Pick<PageContext, "auth" | "requests">, id: number, by: string): number {
  const request = requests.take(id);
  if (request === null) throw new Error(`there is no request ${id} to install the App`);
  const { account, requester, repositories } = request;
  return auth.install({ account, by, requester, ...(repositories === null ? {} : { repositories }) }).id;
}

function administered({ auth, directory, person }: Signed, id: string | undefined): Installation | null {
  const installation = auth.installation(Number(id));
  return installation !== null && directory.administers(person, installation.account.login) ? installation : null;
}
