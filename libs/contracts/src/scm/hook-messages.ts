import { z } from "zod";
import { defineQuery } from "../message.ts";
import { escapeToken, unescapeToken } from "../subjects.ts";

/** The forges that send webhooks. */
export const hookProvider = z.enum(["github", "gitlab"]);
export type HookProvider = z.infer<typeof hookProvider>;

/** The id a forge gives to a delivery; it stays the same when the delivery is sent again (scm §3.3). */
export const hookDelivery = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$/, "must be 1-100 of A-Z, a-z, 0-9 and '_.:-'");

/** A forge's word for what happened, such as `pull_request`. */
export const hookEvent = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, "must be 1-64 of a-z, 0-9 and '_'");

/** What became of a delivery: `missed` never came, and the forge was asked to send it again. */
export const hookState = z.object({
  provider: hookProvider,
  delivery: hookDelivery,
  status: z.enum(["done", "failed", "missed"]),
  /** How often it was handled, or tried to be. */
  tries: z.int(),
  /** Why it failed last. */
  reason: z.string().nullable(),
  at: z.iso.datetime(),
});
export type HookState = z.infer<typeof hookState>;

export const readHookStates = defineQuery({
  owner: "scm",
  entity: "hook",
  verb: "states",
  summary: "What became of these deliveries of webhooks; one that is not answered waits in the stream, or never came.",
  data: z.object({
    deliveries: z.array(z.object({ provider: hookProvider, delivery: hookDelivery })).max(500),
  }),
  reply: z.object({ items: z.array(hookState) }),
});

/** Where a delivery is stored (stream `HOOK`): `hook.<provider>.<event>`. */
export function hookSubject(provider: HookProvider, event: string): string {
  return `hook.${escapeToken(provider)}.${escapeToken(event)}`;
}

/** Reads `hookSubject` back; null when it is none. */
export function parseHookSubject(subject: string): { provider: HookProvider; event: string } | null {
  const [root, provider, event, ...more] = subject.split(".");
  const known = hookProvider.safeParse(provider);
  if (root !== "hook" || !known.success || event === undefined || more.length > 0) return null;
  try {
    return { provider: known.data, event: unescapeToken(event) };
  } catch {
    return null; // published by hand, with a token that escapeToken does not make
  }
}
