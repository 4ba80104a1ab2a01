import { html } from "./html.ts";
import { notFoundPage, pageOf, type Answer, type PageContext, type PageOf, type Visit } from "./page.ts";
import { withQuery } from "./return-url.ts";

/** `/login/oauth/authorize`: who has let the App act for them before goes straight back, others are asked. */
export const authorizePage: PageOf = ({ query }, context) => {
  const target = targetOf(query, context);
  if ("answer" in target) return target.answer;
  const { codes, person, auth } = context;
  const state = query.get("state");
  if (codes.authorized.has(person)) return { redirect: withQuery(target.url, { code: codes.make(person), state }) };
  const kept = ["client_id", "redirect_uri", "state"].flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [html`<input type="hidden" name="${name}" value="${value}" /> `];
  });
  return pageOf(
    `Authorize ${auth.app.slug}`,
    html`<form method="post" action="/login/oauth/authorize">
      ${kept}
      <p>${auth.app.slug} wants to know who you are: ${person}.</p>
      <button name="do" value="authorize">Authorize</button>
      <button name="do" value="cancel">Cancel</button>
    </form>`,
  );
};

/** The answer of who was asked. */
export const authorizeAction: PageOf = ({ form }, context) => {
  const target = targetOf(form, context);
  if ("answer" in target) return target.answer;
  const state = form.get("state");
  if (form.get("do") === "authorize")
    return { redirect: withQuery(target.url, { code: context.codes.make(context.person), state }) };
  const error_description = "The user has denied your application access.";
  return { redirect: withQuery(target.url, { error: "access_denied", error_description, state }) };
};

/** Where to go back to: the App's callback or a path below it; another host is never gone to. */
function targetOf(query: URLSearchParams, { auth, pages }: PageContext): { url: string } | { answer: Answer } {
  const { callbackUrl } = pages;
  if (query.get("client_id") !== auth.app.clientId || callbackUrl === null)
    return { answer: notFoundPage("No App has this client id, or it has no callback URL.") };
  const wanted = query.get("redirect_uri") ?? callbackUrl;
  if (isBelow(wanted, callbackUrl)) return { url: wanted };
  const error = { error: "redirect_uri_mismatch", error_description: mismatch, state: query.get("state") };
  return { answer: { redirect: withQuery(callbackUrl, error) } };
}

const mismatch = "The redirect_uri MUST match the registered callback URL for this application.";

function isBelow(wanted: string, callback: string): boolean {
  const [one, other] = [URL.parse(wanted), new URL(callback)];
  if (one === null || one.origin !== other.origin) return false;
  return one.pathname === other.pathname || one.pathname.startsWith(`${other.pathname.replace(/\/$/, "")}/`);
}

/** `POST /login/oauth/access_token`: a code is good once, and for who knows the client secret. Errors answer 200, as GitHub's do. */
export function exchangeCode({ form, accept }: Visit, { auth, codes }: PageContext): Answer {
  const fields = tokenOrError(form, { auth, codes });
  return accept.includes("application/json")
    ? { status: 200, type: "application/json", text: JSON.stringify(fields) }
    : { status: 200, type: "application/x-www-form-urlencoded", text: new URLSearchParams(fields).toString() };
}

function tokenOrError(
  form: URLSearchParams,
  { auth, codes }: Pick<PageContext, "auth" | "codes">,
): Record<string, string> {
  if (form.get("client_id") !== auth.app.clientId || form.get("client_secret") !== auth.app.clientSecret)
    return {
      error: "incorrect_client_credentials",
      error_description: "The client_id and/or client_secret passed are incorrect.",
    };
  const login = codes.use(form.get("code") ?? "");
  if (login === null)
    return { error: "bad_verification_code", error_description: "The code passed is incorrect or expired." };
  return { access_token: auth.userToken(login), scope: "", token_type: "bearer" };
}
