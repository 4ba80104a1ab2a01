import { hookDelivery, hookEvent } from "@gastown/contracts";
import { Webhooks } from "@octokit/webhooks";
import { z } from "zod";
import { readGithub, reduceGithub } from "./github-signals.ts";
import type { HookSource } from "./hook-source.ts";

export interface GithubSourceOptions {
  /** The webhook's secrets; several while one is replaced by another. */
  readonly secrets: readonly string[];
  /** Our App's id as text, or null. */
  readonly ownApp: string | null;
}

const acted = z.object({ action: z.string() });

/**
 * Webhooks of github.com or a GitHub Enterprise Server. Signatures are SHA-256 over the raw body (scm §3.3); the older SHA-1 header is not
 * looked at. Throws without a secret: then anybody could send them.
 */
export function createGithubSource({ secrets, ownApp }: GithubSourceOptions): HookSource {
  if (secrets.length === 0 || secrets.includes("")) throw new Error("webhooks of GitHub need a secret");
  // `additionalSecrets` is not looked at by its `verify`.
  const verifiers = secrets.map((secret) => new Webhooks({ secret }));
  return {
    provider: "github",
    name(headers) {
      const event = hookEvent.safeParse(headers.get("x-github-event"));
      if (!event.success) return "X-GitHub-Event is missing, or no event's name";
      const delivery = hookDelivery.safeParse(headers.get("x-github-delivery"));
      if (!delivery.success) return "X-GitHub-Delivery is missing, or no delivery's id";
      return { event: event.data, delivery: delivery.data };
    },
    admits: (headers) => /^sha256=[0-9a-f]{64}$/.test(signatureOf(headers)),
    async verify(headers, body) {
      let good = false;
      // All are tried, so that the time does not tell which one is right.
      for (const verifier of verifiers) good = (await verifier.verify(body, signatureOf(headers))) || good;
      return good;
    },
    action: (data) => acted.safeParse(data).data?.action ?? null,
    read: (event, data) => readGithub(event, data, { ownApp }),
    reduce: reduceGithub,
  };
}

function signatureOf(headers: Headers): string {
  return headers.get("x-hub-signature-256") ?? "";
}
