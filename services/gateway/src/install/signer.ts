import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";

/** A secret and the name it has in what is signed with it. */
export interface SigningKey {
  /** `v1`, `v2`, …: a new one each time the secret is changed. */
  readonly id: string;
  readonly secret: Uint8Array;
}

/** Signs what goes through a browser and comes back: `<key id>.<payload>.<mac>`, JSON in base64url, HMAC-SHA-256 (scm §5.3.2). */
export interface Signer {
  sign(payload: object): string;
  /** The payload, if one of our keys signed it for this purpose, to the letter; else null. Takes the same time for each wrong mac. */
  open(text: string): unknown;
}

const form = /^(v[0-9]{1,4})\.([A-Za-z0-9_-]{1,4000})\.([A-Za-z0-9_-]{43})$/;

/**
 * Signs with the first key, and opens what any of them signed, so that a key can be changed while people are on their way. Each
 * purpose has a key of its own, derived from the secret: what is signed for one is nothing for another.
 */
export function createSigner(keys: readonly SigningKey[], purpose: string): Signer {
  const [current] = keys;
  if (current === undefined) throw new Error("there is no key to sign with");
  const byId = new Map(keys.map(({ id, secret }) => [id, keyFor(secret, purpose)]));
  return {
    sign(payload) {
      const body = Buffer.from(JSON.stringify(payload)).toString("base64url");
      return `${current.id}.${body}.${macOf(keyFor(current.secret, purpose), `${current.id}.${body}`).toString("base64url")}`;
    },
    open(text) {
      const [, id = "", body = "", mac = ""] = form.exec(text) ?? [];
      const key = byId.get(id);
      if (key === undefined) return null;
      const said = Buffer.from(mac, "base64url");
      const ours = macOf(key, `${id}.${body}`);
      // A second spelling of the same bytes is none of ours.
      if (!timingSafeEqual(ours, said) || said.toString("base64url") !== mac) return null;
      return JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as unknown;
    },
  };
}

function keyFor(secret: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, "", `gastown ${purpose}`, 32));
}

function macOf(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
