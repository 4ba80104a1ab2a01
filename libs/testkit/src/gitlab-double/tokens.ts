import { randomBytes } from "node:crypto";
import type { GitlabState } from "./gitlab-state.ts";
import { roleOf } from "./gitlab-state.ts";
import { roles, type Person, type Project, type Token } from "./types.ts";

interface TokenWish {
  readonly person: Person;
  readonly scopes: readonly string[];
  readonly project?: number;
  readonly expiresAt?: number;
}

const year = 365 * 24 * 3_600_000;

/** A token that is let in from now on. */
export function newToken(state: GitlabState, { person, scopes, project, expiresAt }: TokenWish): Token {
  const value = `glpat-${randomBytes(15).toString("base64url")}`;
  const token = { value, person, scopes, project: project ?? null, expiresAt: expiresAt ?? state.now() + year };
  state.tokens.push(token);
  return token;
}

/** The token in `PRIVATE-TOKEN` or a bearer `Authorization`, or the password of a basic one; null when there is none that is good. */
export function tokenOf(
  state: GitlabState,
  headers: { readonly private?: string | undefined; readonly authorization?: string | undefined },
): Token | null {
  const value = headers.private ?? bearerOf(headers.authorization) ?? passwordOf(headers.authorization);
  return state.tokens.find((token) => token.value === value && token.expiresAt > state.now()) ?? null;
}

function bearerOf(header: string | undefined): string | undefined {
  return /^Bearer (\S+)$/i.exec(header ?? "")?.[1];
}

function passwordOf(header: string | undefined): string | undefined {
  const encoded = /^Basic (\S+)$/i.exec(header ?? "")?.[1];
  return encoded === undefined
    ? undefined
    : Buffer.from(encoded, "base64").toString("utf8").split(":").slice(1).join(":");
}

/** What a token may do with a project's git. */
export function gitAccess(
  { person, scopes, project: bound }: Token,
  project: Project,
): { read: boolean; write: boolean } {
  const reaches = bound === null || bound === project.id;
  const role = roleOf(project, person);
  const has = (...any: string[]) => any.some((scope) => scopes.includes(scope));
  return {
    read: reaches && role >= roles.reporter && has("api", "read_repository", "write_repository"),
    write: reaches && role >= roles.developer && has("api", "write_repository"),
  };
}
