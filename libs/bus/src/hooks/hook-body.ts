import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { largestHookBody } from "../topology.ts";

/**
 * How a body stands in the stream. `identity`: as it came, to the byte. `gzip`: too large for a message as it came. `reduced`: too large
 * even so; only what signals are made of was kept, and packed.
 */
export type HookEncoding = "identity" | "gzip" | "reduced";

/** No body of a forge is larger (scm §3.3), so no honest message unpacks to more. */
export const largestRawHook = 25 * 1024 * 1024;

export interface StoredBody {
  readonly encoding: HookEncoding;
  readonly body: Uint8Array;
}

/** A body that does not fit even reduced. */
export class HookTooLargeError extends Error {
  override name = "HookTooLargeError";
}

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** The body in a form that fits a message (512 KiB, and NATS' own limit of 1 MB). Throws HookTooLargeError when there is none. */
export async function packHookBody(raw: Uint8Array, reduce: (raw: Uint8Array) => Uint8Array): Promise<StoredBody> {
  if (raw.length <= largestHookBody) return { encoding: "identity", body: raw };
  const packed = await pack(raw);
  if (packed.length <= largestHookBody) return { encoding: "gzip", body: packed };
  const reduced = await pack(reduce(raw));
  if (reduced.length <= largestHookBody) return { encoding: "reduced", body: reduced };
  throw new HookTooLargeError(`a delivery of ${raw.length} bytes has ${reduced.length} bytes even reduced and packed`);
}

/** What `packHookBody` was given, or what it reduced that to. Throws when the body is not in that form. */
export async function unpackHookBody({ encoding, body }: StoredBody): Promise<Uint8Array> {
  return encoding === "identity" ? body : unpack(body, { maxOutputLength: largestRawHook });
}
