import { ScmError } from "../forge.ts";
import type { AccessToken, TokenSource } from "./token-source.ts";

/** How long a personal token is called good for when it is handed out: it is asked for again by then. */
const toldLifeMs = 3_600_000;

/** One person's token for everything: the simple alternative to an App. Nothing can be narrowed or renewed. */
export function createPersonalToken(token: string, clock: () => number): TokenSource {
  return {
    tokenFor: () => Promise.resolve<AccessToken>({ token, permissions: null, expiresAt: clock() + toldLifeMs }),
    renew: () => Promise.reject(refusal()),
    whyLost: () => Promise.resolve(null),
    explainRefusal: () => Promise.resolve(refusal()),
    forget: () => {},
  };
}

function refusal(): ScmError {
  const words =
    "GitHub does not take the personal token any more: it has ended or was revoked. Set SCM_GITHUB_TOKEN to a new one.";
  return new ScmError("denied", words);
}
