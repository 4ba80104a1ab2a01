import { createHmac } from "node:crypto";

interface SignedHook {
  readonly guid: string;
  readonly event: string;
  readonly appId: number;
  readonly body: string;
  readonly secret: string;
}

/** The headers of a GitHub App's delivery; the signatures are over the very bytes of the body. */
export function hookHeaders({ guid, event, appId, body, secret }: SignedHook): Record<string, string> {
  const sign = (algorithm: string) => createHmac(algorithm, secret).update(body).digest("hex");
  return {
    Accept: "*/*",
    "Content-Type": "application/json",
    "User-Agent": "GitHub-Hookshot/double",
    "X-GitHub-Delivery": guid,
    "X-GitHub-Event": event,
    "X-GitHub-Hook-ID": String(hookId),
    "X-GitHub-Hook-Installation-Target-ID": String(appId),
    "X-GitHub-Hook-Installation-Target-Type": "integration",
    "X-Hub-Signature": `sha1=${sign("sha1")}`,
    "X-Hub-Signature-256": `sha256=${sign("sha256")}`,
  };
}

/** The App has one hook. */
export const hookId = 109_948_940;
