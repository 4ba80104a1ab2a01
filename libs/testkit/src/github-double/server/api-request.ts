import type { IncomingMessage } from "node:http";
import type { Json, JsonObject } from "../ports.ts";
import { WorldRefusal } from "../world/world-refusal.ts";

/** Bodies of the API are small; a client that sends more is broken. */
const largest = 5 * 1024 * 1024;

/** The JSON object of a request; empty without a body. 400 as GitHub says it. */
export async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > largest) throw new WorldRefusal(413, "Payload too large");
    parts.push(part);
  }
  if (size === 0) return {};
  const value = parsed(Buffer.concat(parts).toString("utf8"));
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new WorldRefusal(400, "Body should be a JSON object");
  }
  return value as JsonObject;
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new WorldRefusal(400, "Problems parsing JSON");
  }
}
