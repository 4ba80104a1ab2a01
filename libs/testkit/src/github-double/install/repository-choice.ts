import type { Directory, RepositorySummary } from "../ports.ts";
import type { Account } from "../world/world-types.ts";
import { html, type Html } from "./html.ts";

/** The part of a form that chooses repositories; `chosen` null: all. */
export function repositoryFields(repositories: readonly RepositorySummary[], chosen: readonly number[] | null): Html {
  return html`<fieldset>
    <legend>Repository access</legend>
    <p>
      <label><input type="radio" name="install_target" value="all" ${mark(chosen === null)} /> All repositories</label>
    </p>
    <p>
      <label
        ><input type="radio" name="install_target" value="selected" ${mark(chosen !== null)} /> Only select
        repositories</label
      >
    </p>
    <ul>
      ${repositories.map(
        ({ id, fullName }) =>
          html`<li>
            <label
              ><input type="checkbox" name="repository_ids[]" value="${id}" ${mark(chosen?.includes(id) ?? false)} />
              ${fullName}</label
            >
          </li> `,
      )}
    </ul>
  </fieldset>`;
}

/** What the form chose: all, some, or nothing it could be. */
export function readRepositories(
  form: URLSearchParams,
  account: Account,
  directory: Directory,
): readonly RepositorySummary[] | "all" | null {
  if (form.get("install_target") !== "selected") return "all";
  const ids = form.getAll("repository_ids[]").map(Number);
  const chosen = directory.repositoriesOf(account.login).filter(({ id }) => ids.includes(id));
  return chosen.length > 0 && chosen.length === new Set(ids).size ? chosen : null;
}

function mark(on: boolean): Html {
  return { html: on ? " checked" : "" };
}
