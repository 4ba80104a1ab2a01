/** A body that cannot be taken. `late`: it did not come in time. */
export class BodyError extends Error {
  override name = "BodyError";
  readonly code: "too_large" | "late";
  constructor(code: BodyError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

export interface BodyLimits {
  readonly largestBytes: number;
  readonly timeoutMs: number;
}

/** The whole body, as it came. Throws BodyError when it is larger, whatever its headers said, or not there in time. */
export async function readBody(request: Request, { largestBytes, timeoutMs }: BodyLimits): Promise<Buffer> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(new BodyError("late", `the body did not come within ${timeoutMs} ms`)),
    timeoutMs,
  );
  try {
    // A body cannot be longer than its length, which was looked at; a stream costs more than all the rest of a request.
    return request.headers.has("content-length")
      ? Buffer.from(await Promise.race([request.arrayBuffer(), late.promise]))
      : await readStream(request.body, { largestBytes, late: late.promise });
  } finally {
    clearTimeout(timer);
  }
}

async function readStream(
  body: Request["body"],
  { largestBytes, late }: { largestBytes: number; late: Promise<never> },
): Promise<Buffer> {
  if (body === null) return Buffer.alloc(0);
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) return Buffer.concat(chunks, bytes);
      bytes += value.length;
      if (bytes > largestBytes) throw new BodyError("too_large", `the body is larger than ${largestBytes} bytes`);
      chunks.push(value);
    }
  } finally {
    // Of a body that was read to its end there is nothing to cancel.
    reader.cancel().catch(() => undefined);
  }
}
