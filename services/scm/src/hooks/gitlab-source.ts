import { createHash, timingSafeEqual } from "node:crypto";
import { hookDelivery, hookEvent, newId } from "@gastown/contracts";
import { z } from "zod";
import { readGitlab, reduceGitlab } from "./gitlab-signals.ts";
import type { HookSource } from "./hook-source.ts";

const acted = z.object({ object_attributes: z.object({ action: z.string() }) });

/**
 * Webhooks of GitLab, which prove themselves by a token they carry (scm §8). Throws without a token: then anybody could send them.
 */
export function createGitlabSource({ tokens }: { readonly tokens: readonly string[] }): HookSource {
  if (tokens.length === 0 || tokens.includes("")) throw new Error("webhooks of GitLab need a token");
  const expected = tokens.map(digestOf);
  return {
    provider: "gitlab",
    name(headers) {
      const event = hookEvent.safeParse(eventOf(headers.get("x-gitlab-event") ?? ""));
      if (!event.success) return "X-Gitlab-Event is missing, or no event's name";
      return { event: event.data, delivery: deliveryOf(headers) };
    },
    admits(headers) {
      const given = digestOf(headers.get("x-gitlab-token") ?? "");
      let good = false;
      for (const token of expected) good = timingSafeEqual(token, given) || good;
      return good;
    },
    // The token was all there is.
    verify: () => Promise.resolve(true),
    action: (data) => acted.safeParse(data).data?.object_attributes.action ?? null,
    read: readGitlab,
    reduce: reduceGitlab,
  };
}

/** Digests are of one length, so that comparing them does not tell how long the token is. */
function digestOf(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

/** `Merge Request Hook` is `merge_request`. */
function eventOf(header: string): string {
  return header
    .replace(/ Hook$/, "")
    .toLowerCase()
    .replaceAll(" ", "_");
}

/**
 * `Idempotency-Key` (from 17.4 on) is the one that a resent event keeps; `X-Gitlab-Event-UUID` is made anew then, and is shared by events
 * that our own calls set off. Instances before 14.8 give no id at all: one that we make cannot be known again, so the same delivery may
 * be handled twice, which costs a read.
 */
function deliveryOf(headers: Headers): string {
  const given = ["idempotency-key", "x-gitlab-event-uuid"]
    .map((name) => hookDelivery.safeParse(headers.get(name)))
    .find(({ success }) => success);
  return given?.data ?? `none-${newId()}`;
}
