import type { MiddlewareHandler } from "hono";
import type { Variables } from "./add-operation.ts";
import { Problem } from "./problem.ts";

/** The largest body, in bytes: what an envelope may weigh (contracts `maxEnvelopeBytes`). */
const maxBodyBytes = 256 * 1024;
/** What is read of a body that is too large, so that the answer reaches a caller who is still sending. */
const maxDrainedBytes = 8 * 1024 * 1024;

interface Read {
  /** Null: it is too large. */
  bytes: Uint8Array<ArrayBuffer> | null;
  /** The body was read to its end, so the connection can be used again. */
  complete: boolean;
}

async function readBody(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Read> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.byteLength;
    if (size <= maxBodyBytes) parts.push(part);
    if (size > maxDrainedBytes) return { bytes: null, complete: false };
  }
  return { bytes: size <= maxBodyBytes ? new Uint8Array(Buffer.concat(parts)) : null, complete: true };
}

/** A body larger than `maxBodyBytes` is refused with 413; no more than that of it is ever held. */
export const limitBody: MiddlewareHandler<Variables> = async (c, next) => {
  const { raw } = c.req;
  const declared = raw.headers.has("transfer-encoding")
    ? Number.NaN
    : Number(raw.headers.get("content-length") ?? Number.NaN);
  if (declared <= maxBodyBytes || raw.body === null) return next();
  const { bytes, complete } = await readBody(raw.body);
  if (bytes === null)
    throw new Problem("body_too_large", {
      detail: `The body is larger than ${maxBodyBytes} bytes.`,
      headers: complete ? undefined : { connection: "close" },
    });
  const { url, method, headers, signal } = raw;
  c.req.raw = new Request(url, { method, headers, signal, body: bytes });
  await next();
};
