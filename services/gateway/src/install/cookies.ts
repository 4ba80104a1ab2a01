import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Site } from "./site.ts";

/** `session`: who is signed in. `visit`: the nonce of the visit to GitHub that this browser is on (scm §5.3.1). */
type Cookie = "session" | "visit";

const names: Record<Cookie, string> = { session: "gastown", visit: "ghi" };

/** The prefix makes browsers refuse one that was set over http, by a subdomain or for a part of the site. */
function nameOf(cookie: Cookie, { secure }: Site): string {
  return secure ? `__Host-${names[cookie]}` : names[cookie];
}

export function readCookie(c: Context, cookie: Cookie, site: Site): string | undefined {
  return getCookie(c, nameOf(cookie, site));
}

/** The browser sends it back to us for `maxAgeS` seconds, also when GitHub sends it here, and shows it to no script. */
export function giveCookie(
  c: Context,
  cookie: Cookie,
  { site, value, maxAgeS }: { site: Site; value: string; maxAgeS: number },
): void {
  const how = { path: "/", httpOnly: true, sameSite: "Lax", secure: site.secure, maxAge: maxAgeS } as const;
  setCookie(c, nameOf(cookie, site), value, how);
}

export function dropCookie(c: Context, cookie: Cookie, site: Site): void {
  deleteCookie(c, nameOf(cookie, site), { path: "/", secure: site.secure });
}
