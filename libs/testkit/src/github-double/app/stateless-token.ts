import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import type { Permissions } from "../ports.ts";

/** What an installation token says of itself. */
export interface TokenClaims {
  readonly installation: number;
  readonly permissions: Permissions;
  /** Null: all of the installation. */
  readonly repositoryIds: readonly number[] | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** `ghs_<app id>_<JWT>`, much longer than the 40 characters of old (scm §1.11). Every one is another. */
export function writeStatelessToken(claims: TokenClaims, appId: number, secret: string): string {
  const head = encode({ alg: "HS256", typ: "JWT" });
  const payload = encode({ iss: appId, jti: randomUUID(), ...claims });
  return `ghs_${appId}_${head}.${payload}.${sign(`${head}.${payload}`, secret).toString("base64url")}`;
}

/** Null when it is none of this App's; who has run out or was taken back is for the caller to know. */
export function readStatelessToken(token: string, appId: number, secret: string): TokenClaims | null {
  const prefix = `ghs_${appId}_`;
  const [head = "", payload = "", signature = ""] = token.slice(prefix.length).split(".");
  const [given, own] = [Buffer.from(signature, "base64url"), sign(`${head}.${payload}`, secret)];
  if (!token.startsWith(prefix) || given.length !== own.length || !timingSafeEqual(given, own)) return null;
  return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as TokenClaims;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function sign(text: string, secret: string): Buffer {
  return createHmac("sha256", secret).update(text).digest();
}
