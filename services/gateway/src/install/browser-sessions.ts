import type { Context } from "hono";
import { z } from "zod";
import type { GatewayContext } from "../context.ts";
import { hashOf, identify, installationOwner } from "../identify.ts";
import type { Identity } from "../identity.ts";
import { dropCookie, giveCookie, readCookie } from "./cookies.ts";
import type { Signer } from "./signer.ts";
import type { Site } from "./site.ts";

/** A working day; then the token is asked for again. */
const sessionHours = 12;

const payload = z.strictObject({
  /** The token's id. */
  t: z.string(),
  /** Of the token itself: another one under this id ends the session. */
  f: z.string(),
  /** Seconds since 1970. */
  exp: z.int(),
});

/** Who a browser stands for: it was given an API token once, and shows a signed cookie since. Nothing is stored for it here. */
export interface BrowserSessions {
  /** Null when nobody is signed in, the time is over, or the token was revoked since. */
  read(c: Context, site: Site): Promise<Identity | null>;
  /** Throws a 401 problem when the token is none. */
  begin(c: Context, site: Site, token: string): Promise<Identity>;
  end(c: Context, site: Site): void;
}

type Tokens = Pick<GatewayContext, "config" | "tokens">;

export function createBrowserSessions(context: Tokens, signer: Signer): BrowserSessions {
  return {
    async read(c, site) {
      const opened = payload.safeParse(signer.open(readCookie(c, "session", site) ?? ""));
      if (!opened.success || opened.data.exp * 1_000 <= Date.now()) return null;
      const known = await knownToken(context, opened.data.t);
      return known !== null && fingerprintOf(known.hash) === opened.data.f ? known.identity : null;
    },
    async begin(c, site, token) {
      const identity = await identify(token, context);
      const maxAgeS = sessionHours * 3_600;
      const exp = Math.floor(Date.now() / 1_000) + maxAgeS;
      const value = signer.sign({ t: identity.id, f: fingerprintOf(hashOf(token)), exp });
      giveCookie(c, "session", { site, value, maxAgeS });
      return identity;
    },
    end(c, site) {
      dropCookie(c, "session", site);
      dropCookie(c, "visit", site);
    },
  };
}

async function knownToken(
  { config, tokens }: Tokens,
  id: string,
): Promise<{ hash: string; identity: Identity } | null> {
  if (id === installationOwner.id) return { hash: hashOf(config.bootstrapToken), identity: installationOwner };
  const row = await tokens.get(id);
  if (row === null || row.revokedAt !== null) return null;
  return { hash: row.hash, identity: { id, name: row.name, scope: row.scope, town: row.town } };
}

function fingerprintOf(hash: string): string {
  return hashOf(hash).slice(0, 16);
}
