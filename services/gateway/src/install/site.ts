/** How browsers reach this gateway. */
export interface Site {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Over https: cookies are locked to it. */
  readonly secure: boolean;
}

/**
 * Where a browser that sent this `Host` is: at the public address when there is one, else on this machine. Null when a token or
 * a cookie would go over a network in clear, or when somebody's own name points to us (DNS rebinding): then nobody can sign in.
 */
export function siteOf(host: string | undefined, publicUrl: string | undefined): Site | null {
  const url = publicUrl ?? `http://${host ?? ""}`;
  if (!URL.canParse(url)) return null;
  const { origin, protocol, hostname } = new URL(url);
  if (protocol === "https:") return { origin, secure: true };
  return protocol === "http:" && isLoopback(hostname) ? { origin, secure: false } : null;
}

function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/**
 * Whether a page of our own sent this form. Browsers say so; who says nothing is no browser with a cookie, and is refused as
 * well (`Sec-Fetch-Site`, else `Origin`).
 */
export function isFromOurPage(headers: { get(name: string): string | null }, { origin }: Site): boolean {
  const from = headers.get("sec-fetch-site");
  return from === null ? headers.get("origin") === origin : from === "same-origin";
}
