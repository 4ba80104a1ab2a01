import type { PageContext } from "./page.ts";

export interface InstallReturn {
  readonly action: "install" | "update" | "request";
  /** Null: somebody else has to install it first. */
  readonly installation: number | null;
  readonly state: string | null;
  readonly person: string;
}

/**
 * Where the browser goes after an installation (scm §5.3): the callback with a `code` when the App asks for the user's
 * authorization on the way, else the setup URL; null when the App has neither. What came without a state goes without.
 */
export function returnUrl(context: PageContext, { action, installation, state, person }: InstallReturn): string | null {
  const { setupUrl, callbackUrl, authorizeOnInstall } = context.pages;
  const target = authorizeOnInstall ? callbackUrl : setupUrl;
  if (target === null) return null;
  return withQuery(target, {
    code: authorizeOnInstall ? context.codes.make(person) : null,
    installation_id: installation === null ? null : String(installation),
    setup_action: action,
    state,
  });
}

/** The URL with these parameters added to those it has. */
export function withQuery(target: string, parameters: Readonly<Record<string, string | null>>): string {
  const url = new URL(target);
  for (const [name, value] of Object.entries(parameters)) if (value !== null) url.searchParams.set(name, value);
  return url.toString();
}
