import type { IncomingMessage } from "node:http";

const largest = 256 * 1024;

/** The fields of a form, or of a flat JSON object. Throws when the body is neither, or larger than 256 KiB. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largest) throw new Error(`the form is larger than ${largest} bytes`);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString("utf8");
  if (!(request.headers["content-type"] ?? "").includes("json")) return new URLSearchParams(text);
  const value: unknown = JSON.parse(text);
  const fields = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return new URLSearchParams(fields.map(([name, field]) => [name, String(field)] as [string, string]));
}
