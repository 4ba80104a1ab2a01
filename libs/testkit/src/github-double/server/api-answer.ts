import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { Json } from "../ports.ts";
import type { Faults } from "../types.ts";

export interface ApiAnswer {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;
  readonly reset?: boolean;
}

/** Writes an answer of the API, with the faults of the wire: a reset, a body that comes half and half, a clock that is wrong. */
export async function writeAnswer(
  response: ServerResponse,
  answer: ApiAnswer,
  { faults, now }: { readonly faults: Faults; readonly now: number },
): Promise<void> {
  if (answer.reset === true) {
    response.destroy();
    return;
  }
  const bytes = Buffer.from(answer.body === null ? "" : bodyText(answer.body));
  response.sendDate = false;
  response.writeHead(answer.status, {
    ...(bytes.length === 0 ? {} : { "content-type": "application/json; charset=utf-8" }),
    ...(answer.status === 304 ? {} : { "content-length": bytes.length }),
    date: new Date(now + faults.clockSkewMs).toUTCString(),
    "x-github-media-type": "github.v3; format=json",
    ...answer.headers,
  });
  const { slowBody } = faults;
  if (slowBody !== null && slowBody.times > 0 && bytes.length > 1) {
    slowBody.times -= 1;
    const half = Math.floor(bytes.length / 2);
    response.write(bytes.subarray(0, half));
    await wait(slowBody.ms);
    response.end(bytes.subarray(half));
    return;
  }
  response.end(bytes);
}

/** The body as it is sent; also what an ETag is made of. */
export function bodyText(body: Json): string {
  return JSON.stringify(body);
}
