import { createHmac, timingSafeEqual } from "node:crypto";
import { rigId, townId } from "@gastown/contracts";
import type { RepoRef } from "../forge.ts";

/** What a repository token says: who may do what with which one repository, until when. */
export interface TokenClaims extends RepoRef {
  readonly agent: string;
  readonly write: boolean;
  /** When the repository was registered: another one of the same name later is not meant. Milliseconds since 1970. */
  readonly registeredAt: number;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const version = "gtr1";

function macOf(payload: string, secret: string): Buffer {
  return createHmac("sha256", secret).update(`${version}.${payload}`).digest();
}

/** A token that carries its claims and our signature; nothing is stored. */
export function signToken(claims: TokenClaims, secret: string): string {
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  return `${version}.${payload}.${macOf(payload, secret).toString("base64url")}`;
}

/** The claims of a token we signed that has not ended at `now` (milliseconds since 1970); null for everything else. */
export function readToken(token: string, secret: string, now: number): TokenClaims | null {
  const [tag, payload, mac, ...rest] = token.split(".");
  if (tag !== version || !payload || !mac || rest.length > 0) return null;
  const expected = macOf(payload, secret);
  const given = Buffer.from(mac, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  return isClaims(claims) && claims.expiresAt > now ? claims : null;
}

function isClaims(value: unknown): value is TokenClaims {
  if (typeof value !== "object" || value === null) return false;
  const claims = value as Record<keyof TokenClaims, unknown>;
  return (
    townId.safeParse(claims.town).success &&
    rigId.safeParse(claims.rig).success &&
    typeof claims.agent === "string" &&
    typeof claims.write === "boolean" &&
    typeof claims.registeredAt === "number" &&
    typeof claims.expiresAt === "number"
  );
}

/** The password of a basic `Authorization` header; null when it has none. The user name says nothing: the token does. */
export function basicPassword(header: string | undefined): string | null {
  const [, encoded] = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header ?? "") ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon === -1 ? null : text.slice(colon + 1);
}
