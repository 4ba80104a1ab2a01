/** What a request shows to say who it is. */
export interface Credential {
  readonly scheme: "basic" | "bearer";
  readonly secret: string;
}

/**
 * Reads `Authorization`: `Bearer` or `token`, or `Basic` with the token as the password (or as the user, when there is no
 * password or it is `x-oauth-basic`). Null when it is nothing of the kind.
 */
export function readCredential(authorization: string): Credential | null {
  const [, scheme = "", value = ""] = /^(\w+) +(\S+)$/.exec(authorization.trim()) ?? [];
  if (/^(bearer|token)$/i.test(scheme)) return { scheme: "bearer", secret: value };
  if (!/^basic$/i.test(scheme)) return null;
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon === -1) return null;
  const [user, password] = [text.slice(0, colon), text.slice(colon + 1)];
  return { scheme: "basic", secret: password === "" || password === "x-oauth-basic" ? user : password };
}
