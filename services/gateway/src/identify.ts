import { createHash, timingSafeEqual } from "node:crypto";
import type { GatewayContext } from "./context.ts";
import type { Identity, Need } from "./identity.ts";
import { refusalOf } from "./identity.ts";
import { Problem } from "./problem.ts";

/** How a token's secret is stored: nothing that can be used as one. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** The token of an `Authorization: Bearer` header, or null. */
export function bearerOf(header: string | null | undefined): string | null {
  return /^Bearer +([^\s]+)$/i.exec(header ?? "")?.[1] ?? null;
}

/** Who the token of the configuration stands for. */
export const installationOwner: Identity = { id: "bootstrap", name: "admin", scope: "admin", town: null };

/** Who the token stands for. An unknown or revoked one is a 401 problem that does not say which. */
export async function identify(
  secret: string | null,
  { config, tokens }: Pick<GatewayContext, "config" | "tokens">,
): Promise<Identity> {
  const headers = { "www-authenticate": 'Bearer realm="gastown"' };
  if (secret === null) throw new Problem("unauthenticated", { detail: "The request has no token.", headers });
  const hash = hashOf(secret);
  if (timingSafeEqual(Buffer.from(hash), Buffer.from(hashOf(config.bootstrapToken)))) return installationOwner;
  const found = await tokens.find(hash);
  if (found === null)
    throw new Problem("unauthenticated", { detail: "The token is not known here, or was revoked.", headers });
  return found;
}

/** A 403 problem unless the token may. */
export function demand(identity: Identity, need: Need): void {
  const refusal = refusalOf(identity, need);
  if (refusal !== null) throw new Problem("forbidden", { detail: refusal });
}
