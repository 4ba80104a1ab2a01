import { createHash } from "node:crypto";

function digest(...parts: string[]): string {
  // JSON keeps the parts apart whatever they contain.
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

export interface CommandIdInput {
  /** The Idempotency-Key. */
  key: string;
  /** The token's id: another token's key is another key. */
  token: string;
  /** The route's template. */
  route: string;
  /** Which of the request's commands it is, when there are several. */
  step: string;
}

/** The command id that the same request under the same key always gets, from which nobody can read the key. */
export function commandIdOf({ key, token, route, step }: CommandIdInput): string {
  return `i-${digest(key, token, route, step).slice(0, 32)}`;
}

/** What was asked: the path and the body, whatever the order of its fields. */
export function fingerprintOf(path: string, body: unknown): string {
  return digest(path, JSON.stringify(sorted(body)));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, field]) => [name, sorted(field)]),
  );
}
