import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

/** Where every service takes the installation's key from. */
const keyVariable = "GASTOWN_SECRET_KEY";
const format = "v1";
const ivBytes = 12;
const tagBytes = 16;
/** What is sealed of it stays below the 60,000 characters a message may hold. */
const maxTextBytes = 40_000;
/** Of a shorter value even four characters would tell too much. */
const minHintedCharacters = 12;
const shownCharacters = 4;

/** A value cannot be sealed or opened; the message says what to do and never repeats the value. */
export class SealError extends Error {
  override readonly name = "SealError";
}

/** A sealed value as it is stored and sent, and what people are shown of it: four stars and at most its last four characters. */
interface Sealed {
  sealed: string;
  hint: string;
}

/** Seals and opens with one key. */
export interface Sealer {
  /** The same text is sealed differently each time. Throws `SealError` when it is larger than 40,000 bytes. */
  seal(text: string): Sealed;
  /** The text that was sealed. Throws `SealError` when it was sealed with another key, or was changed since. */
  open(sealed: string): string;
}

/**
 * A sealer with the installation's key (AES-256-GCM, a random IV for each value): 64 hexadecimal characters. Throws
 * `SealError` when the key is not one.
 */
export function sealer(keyHex: string): Sealer {
  if (!/^[0-9a-f]{64}$/i.test(keyHex)) {
    throw new SealError(`${keyVariable} must be 64 hexadecimal characters; make one with: openssl rand -hex 32`);
  }
  const key = Buffer.from(keyHex, "hex");
  const keyId = createHash("sha256").update("gastown seal key").update(key).digest("hex").slice(0, 8);
  const header = `${format}.${keyId}`;
  return {
    seal(text) {
      if (Buffer.byteLength(text) > maxTextBytes) throw new SealError(`a value may have ${maxTextBytes} bytes at most`);
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(header));
      const hidden = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
      return { sealed: `${header}.${iv.toString("base64url")}.${hidden.toString("base64url")}`, hint: hintOf(text) };
    },
    open(sealed) {
      const [version, sealedWith, iv, hidden] = sealed.split(".");
      if (version !== format || iv === undefined || hidden === undefined) {
        throw new SealError("this is not a sealed value; set the variable again");
      }
      if (sealedWith !== keyId) {
        throw new SealError(
          `it was sealed with another key than ${keyVariable} (${sealedWith}, this one is ${keyId}): give the old key back, or set the variable again`,
        );
      }
      return decrypt(key, { header, iv: Buffer.from(iv, "base64url"), hidden: Buffer.from(hidden, "base64url") });
    },
  };
}

function decrypt(key: Buffer, { header, iv, hidden }: { header: string; iv: Buffer; hidden: Buffer }): string {
  try {
    const decipher = createDecipheriv("aes-256-gcm", key, iv, { authTagLength: tagBytes })
      .setAAD(Buffer.from(header))
      .setAuthTag(hidden.subarray(-tagBytes));
    return Buffer.concat([decipher.update(hidden.subarray(0, -tagBytes)), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new SealError("the sealed value was changed since it was sealed; set the variable again", { cause });
  }
}

function hintOf(text: string): string {
  const characters = text.trim().match(/./gsu) ?? [];
  if (characters.length < minHintedCharacters) return "****";
  const last = characters.slice(-shownCharacters).join("");
  return /^[\p{L}\p{N}\p{P}\p{S}]*$/u.test(last) ? `****${last}` : "****";
}
