import type { Account } from "../world/world-types.ts";
import { html } from "./html.ts";
import { notFoundPage, pageOf, type Answer, type PageContext, type PageOf } from "./page.ts";
import { readRepositories, repositoryFields } from "./repository-choice.ts";
import { returnUrl, type InstallReturn } from "./return-url.ts";

/** `/apps/<slug>/installations/new`: choose an account; who has but one has chosen. */
export const chooseAccountPage: PageOf = ({ query }, { auth, directory, person }) => {
  const accounts = directory.accountsOf(person);
  const target = query.get("target_id");
  const state = query.get("state");
  const link = ({ id }: Pick<Account, "id">) => {
    const parameters = new URLSearchParams({ target_id: String(id), ...(state === null ? {} : { state }) });
    return `/apps/${auth.app.slug}/installations/new/permissions?${parameters.toString()}`;
  };
  const [only] = accounts;
  if (target !== null) return { redirect: link({ id: Number(target) }) };
  if (only !== undefined && accounts.length === 1) return { redirect: link(only) };
  const list = accounts.map((one) => html`<li><a href="${link(one)}">${one.login}</a></li> `);
  return pageOf(
    `Install ${auth.app.slug}`,
    html`<p>Where do you want to install it?</p>
      <ul>
        ${list}
      </ul>`,
  );
};

/** `/apps/<slug>/installations/new/permissions`: choose repositories, then install, ask an owner, or leave. */
export const permissionsPage: PageOf = ({ query }, context) => {
  const { auth, directory, person } = context;
  const account = accountOf(context, query.get("target_id"));
  if (account === null) return notFoundPage();
  const state = query.get("state");
  const known = auth.installations.find((one) => one.account.id === account.id);
  if (known !== undefined && directory.administers(person, account.login))
    return { redirect: settingsPath(known.id, state) };
  const may = directory.administers(person, account.login);
  return pageOf(
    `Install ${auth.app.slug} on ${account.login}`,
    html`<form method="post" action="/apps/${auth.app.slug}/installations">
      <input type="hidden" name="target_id" value="${account.id}" />
      ${state === null ? "" : html`<input type="hidden" name="state" value="${state}" />`}
      ${repositoryFields(directory.repositoriesOf(account.login), null)}
      <button name="do" value="${may ? "install" : "request"}">${may ? "Install" : "Request"}</button>
      <button name="do" value="cancel">Cancel</button>
    </form>`,
  );
};

/** What the form of `permissionsPage` asks for is done, and the browser goes back to the App. */
export const installAction: PageOf = ({ form }, context) => {
  const { auth, directory, person, requests } = context;
  const wanted = form.get("do");
  if (wanted === "cancel") return { redirect: `/apps/${auth.app.slug}` };
  const account = accountOf(context, form.get("target_id"));
  if (account === null) return notFoundPage();
  const repositories = readRepositories(form, account, directory);
  if (repositories === null) return pageOf("Nothing chosen", html`<p>Choose at least one repository.</p>`, 422);
  const names = repositories === "all" ? null : repositories.map(({ fullName }) => fullName);
  const state = form.get("state");
  if (wanted === "request") {
    requests.add({ account: account.login, requester: person, repositories: names });
    return back(context, { action: "request", installation: null, state, person });
  }
  if (wanted !== "install" || !directory.administers(person, account.login))
    return pageOf("Not allowed", html`<p>Only an owner of ${account.login} may install it.</p>`, 403);
  const wish = { account: account.login, by: person, ...(names === null ? {} : { repositories: names }) };
  return back(context, { action: "install", installation: auth.install(wish).id, state, person });
};

/** To the App, or to a page of ours when the App has no address for it. */
export function back(context: PageContext, done: InstallReturn): Answer {
  const url = returnUrl(context, done);
  if (url !== null) return { redirect: url };
  return done.installation === null
    ? pageOf("Requested", html`<p>An owner was asked to install it.</p>`)
    : { redirect: settingsPath(done.installation, null) };
}

function settingsPath(installation: number, state: string | null): string {
  return `/settings/installations/${installation}${state === null ? "" : `?${new URLSearchParams({ state }).toString()}`}`;
}

function accountOf(
  { directory, person }: PageContext & { readonly person: string },
  id: string | null,
): Account | null {
  return directory.accountsOf(person).find((one) => String(one.id) === id) ?? null;
}
