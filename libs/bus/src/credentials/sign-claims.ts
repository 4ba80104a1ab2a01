import { randomUUID } from "node:crypto";
import type { nkeys } from "@nats-io/nats-core";

type KeyPair = ReturnType<typeof nkeys.createUser>;

interface Claims {
  type: "operator" | "account" | "user";
  name: string;
  /** The public key that the claims are about. */
  subject: string;
  /** Who says so. */
  signer: KeyPair;
  /** What is claimed, in the server's words (github.com/nats-io/jwt, version 2). */
  nats: Record<string, unknown>;
}

function encode(part: object | Uint8Array): string {
  return Buffer.from(part instanceof Uint8Array ? part : JSON.stringify(part)).toString("base64url");
}

/** A JWT as nats-server reads it: claims of version 2, signed with an nkey. */
export function signClaims({ type, name, subject, signer, nats }: Claims): string {
  const claims = {
    jti: randomUUID(),
    iat: Math.floor(Date.now() / 1_000),
    iss: signer.getPublicKey(),
    name,
    sub: subject,
    nats: { ...nats, type, version: 2 },
  };
  const text = `${encode({ typ: "JWT", alg: "ed25519-nkey" })}.${encode(claims)}`;
  return `${text}.${encode(signer.sign(new TextEncoder().encode(text)))}`;
}
