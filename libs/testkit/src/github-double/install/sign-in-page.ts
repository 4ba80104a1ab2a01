import { html } from "./html.ts";
import { pageOf, type Answer, type PageContext, type Visit } from "./page.ts";

/** `/login`: says who sits before the browser. Nobody has a password here. */
export function signInPage({ query }: Visit): Answer {
  return pageOf(
    "Sign in",
    html`<form method="post" action="/session">
      <input type="hidden" name="return_to" value="${query.get("return_to") ?? "/"}" />
      <p>
        <label>Username <input name="login" /></label>
      </p>
      <button>Sign in</button>
    </form>`,
  );
}

/** The person is in front of every browser of this double from now on. */
export function signInAction({ form }: Visit, { directory, pages }: PageContext): Answer {
  const login = form.get("login") ?? "";
  if (directory.account(login)?.type !== "User")
    return pageOf(
      "Sign in",
      html`<p>Nobody is called ${login}.</p>
        <p><a href="/login">Again</a></p>`,
      422,
    );
  pages.person = login;
  const wanted = form.get("return_to") ?? "/";
  return { redirect: /^\/(?![/\\])/.test(wanted) ? wanted : "/" };
}
