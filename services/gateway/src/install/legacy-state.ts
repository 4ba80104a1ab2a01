/** A state of the older form, in clear: whoever knows an id can write one. It says what is wished, and proves nothing. */
export interface LegacyState {
  readonly kind: "user" | "org";
  /** Of the user or the organisation. */
  readonly id: string;
  /** Where to go afterwards, not looked at yet; null: not said, or not readable. */
  readonly returnTo: string | null;
}

const marker = "|return=";

/**
 * Reads `user_<id>` and `org_<id>`, with `|return=<path, percent-encoded>` or without (kilo-container-api §8.2). Null when it is
 * neither. An ill-formed path is none; it is never part of the id.
 */
export function readLegacyState(text: string): LegacyState | null {
  const at = text.indexOf(marker);
  const owner = at < 0 ? text : text.slice(0, at);
  const [, kind, id] = /^(user|org)_([A-Za-z0-9_-]{1,100})$/.exec(owner) ?? [];
  if (kind === undefined || id === undefined) return null;
  const returnTo = at < 0 ? null : decoded(text.slice(at + marker.length));
  return { kind: kind === "org" ? "org" : "user", id, returnTo };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
