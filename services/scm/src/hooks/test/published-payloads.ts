import { createHmac, randomUUID } from "node:crypto";
import { createRequire } from "node:module";

/** A webhook as GitHub published it. */
export interface PublishedPayload {
  readonly event: string;
  readonly action: string | null;
  readonly body: string;
}

interface Definition {
  readonly name: string;
  readonly examples: readonly object[];
}

const require = createRequire(import.meta.url);
// Its types are those of another package, and what it exports is not what they say.
const definitions = require("@octokit/webhooks-examples") as readonly Definition[];

/** All payloads of `@octokit/webhooks-examples`, 329 of them. */
export const publishedPayloads: readonly PublishedPayload[] = definitions.flatMap(({ name, examples }) =>
  examples.map((payload) => ({
    event: name,
    action: "action" in payload && typeof payload.action === "string" ? payload.action : null,
    body: JSON.stringify(payload),
  })),
);

/** What `X-Hub-Signature-256` says of a body. */
export function signatureOf(body: string | Uint8Array, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** The headers of a delivery of GitHub; an id of its own unless told. */
export function githubHeaders(
  body: string | Uint8Array,
  { secret, event, delivery = randomUUID() }: { secret: string; event: string; delivery?: string },
): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/test",
    "x-github-event": event,
    "x-github-delivery": delivery,
    "x-hub-signature-256": signatureOf(body, secret),
  };
}
