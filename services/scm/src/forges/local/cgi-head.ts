import type { Readable } from "node:stream";

export interface CgiHead {
  readonly status: number;
  readonly headers: [string, string][];
}

const longestHead = 16 * 1024;

/**
 * Reads the header of a CGI answer (RFC 3875 §6) and leaves the stream at the first byte of the body; null when the
 * program ended, or went on for 16 KiB, without one.
 */
export async function readCgiHead(stream: Readable): Promise<CgiHead | null> {
  let read = Buffer.alloc(0);
  for (;;) {
    const chunk = stream.read() as Buffer | null;
    if (chunk === null) {
      if (!(await untilReadable(stream))) return null;
      continue;
    }
    read = Buffer.concat([read, chunk]);
    const end = /\r?\n\r?\n/.exec(read.subarray(0, longestHead).toString("latin1"));
    if (end) {
      const bodyAt = end.index + end[0].length;
      if (bodyAt < read.length) stream.unshift(read.subarray(bodyAt));
      return parseHead(read.subarray(0, end.index).toString("latin1"));
    }
    if (read.length > longestHead) return null;
  }
}

function untilReadable(stream: Readable): Promise<boolean> {
  if (stream.readableEnded || stream.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    const done = (more: boolean) => () => {
      for (const event of events) stream.off(event, listeners[event]);
      resolve(more);
    };
    const events = ["readable", "end", "close", "error"] as const;
    const listeners = { readable: done(true), end: done(false), close: done(false), error: done(false) };
    for (const event of events) stream.once(event, listeners[event]);
  });
}

function parseHead(text: string): CgiHead {
  const fields = text.split(/\r?\n/).flatMap((line): [string, string][] => {
    const colon = line.indexOf(":");
    return colon === -1 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
  });
  const status = fields.find(([name]) => name.toLowerCase() === "status")?.[1];
  return {
    status: status === undefined ? 200 : Number.parseInt(status, 10),
    headers: fields.filter(([name]) => name.toLowerCase() !== "status"),
  };
}
