import type { GitRequest } from "./repo-path.ts";
import { basicPassword, readToken, type TokenClaims } from "./token.ts";

export type Access =
  | { readonly allowed: true; readonly user: string }
  | { readonly allowed: false; readonly status: 401 | 403; readonly message: string };

interface Door {
  readonly tokenSecret: string;
  readonly allowAnonymousRead: boolean;
  /** When the repository was registered; null when there is none that can be used. */
  readonly registeredAt: number | null;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** Whether a request may go on: pushes need a token for this repository that may write, reads one that names it. */
export function authorize(wanted: GitRequest, authorization: string | undefined, door: Door): Access {
  const writes = wanted.kind !== "page" && wanted.service === "receive-pack";
  const password = basicPassword(authorization);
  if (password !== null)
    return withToken(wanted, { writes, door, claims: readToken(password, door.tokenSecret, door.now) });
  if (writes) return denied(401, "pushing needs a token of this rig; agents get theirs by themselves");
  if (!door.allowAnonymousRead) return denied(401, "reading needs a token of this rig");
  return { allowed: true, user: "anonymous" };
}

interface Presented {
  readonly writes: boolean;
  readonly door: Door;
  readonly claims: TokenClaims | null;
}

function withToken({ repo }: GitRequest, { writes, door, claims }: Presented): Access {
  if (claims === null) return denied(401, "the token is not ours or has ended; ask for a new one");
  if (claims.town !== repo.town || claims.rig !== repo.rig) return denied(403, "the token is for another rig");
  if (claims.registeredAt !== door.registeredAt) return denied(401, "the token's rig is not there any more");
  if (writes && !claims.write) return denied(403, "the token may read only");
  return { allowed: true, user: claims.agent };
}

function denied(status: 401 | 403, message: string): Access {
  return { allowed: false, status, message };
}
