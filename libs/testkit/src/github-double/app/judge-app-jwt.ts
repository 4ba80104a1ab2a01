import { createPublicKey, verify } from "node:crypto";
import type { AppIdentity } from "../ports.ts";

/** GitHub's words; clients tell a wrong clock by them, and ask again with the time of the `date` header (scm §5.2). */
const undecodable = "A JSON web token could not be decoded";
const badIssuer = "'Issuer' claim ('iss') must be an Integer";
const badExpiry =
  "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
const farExpiry = "'Expiration time' claim ('exp') is too far in the future";
const badIssue = "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";

const longestLifeSeconds = 600;

/**
 * Null when this is the App's own JSON web token at this time (milliseconds since the epoch), else GitHub's message: RS256
 * by the App's key, `iss` its client id or its id, `exp` at most 10 minutes ahead, `iat` not in the future (scm §5.1).
 */
export function judgeAppJwt(jwt: string, app: AppIdentity, now: number): string | null {
  const [head = "", payload = "", signature = ""] = jwt.split(".");
  const [header, claims] = [readJson(head), readJson(payload)];
  if (header === null || claims === null || header["alg"] !== "RS256") return undecodable;
  const signed = Buffer.from(`${head}.${payload}`);
  const genuine = () =>
    verify("RSA-SHA256", signed, createPublicKey(app.privateKey), Buffer.from(signature, "base64url"));
  return judgeIssuer(claims["iss"], app) ?? (genuine() ? judgeTimes(claims, now / 1_000) : undecodable);
}

function judgeIssuer(iss: unknown, app: AppIdentity): string | null {
  if (typeof iss !== "string" && typeof iss !== "number") return badIssuer;
  return [app.clientId, String(app.id)].includes(String(iss)) ? null : undecodable;
}

function judgeTimes({ exp, iat }: Record<string, unknown>, seconds: number): string | null {
  if (typeof exp !== "number" || exp <= seconds) return badExpiry;
  if (exp > seconds + longestLifeSeconds) return farExpiry;
  if (typeof iat !== "number" || !Number.isInteger(iat) || iat > seconds) return badIssue;
  return null;
}

function readJson(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
