import { timingSafeEqual } from "node:crypto";
import { noTown, townId } from "@gastown/contracts";
import { z } from "zod";
import { hashOf } from "../identify.ts";
import type { Signer } from "./signer.ts";

/** What a browser takes to GitHub and brings back (scm §5.3.2). */
const payload = z.strictObject({
  /** 128 random bits, which the browser has in a cookie as well. */
  n: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  /** The id of the token that the person signed in with. */
  u: z.string().min(1).max(100),
  /** The town, or `_`. */
  o: z.union([townId, z.literal(noTown)]),
  /** Where to go afterwards; null: the default page. */
  r: z.string().max(512).nullable(),
  /** Seconds since 1970. */
  exp: z.int(),
});
export type InstallState = z.infer<typeof payload>;

export type ReadState =
  | { readonly ok: true; readonly state: InstallState }
  | { readonly ok: false; readonly why: "state_tampered" | "state_expired" };

/** The state as text. */
export function writeState(signer: Signer, state: InstallState): string {
  return signer.sign(state);
}

/** What a state says, if we wrote it and it is not over at `now`. */
export function readState(signer: Signer, text: string, now: Date): ReadState {
  const opened = payload.safeParse(signer.open(text));
  if (!opened.success) return { ok: false, why: "state_tampered" };
  if (opened.data.exp * 1_000 <= now.getTime()) return { ok: false, why: "state_expired" };
  return { ok: true, state: opened.data };
}

/** Whether the cookie is that of the browser the state was given to; takes the same time for each wrong one. */
export function isSameNonce(state: InstallState, cookie: string | undefined): boolean {
  return timingSafeEqual(Buffer.from(hashOf(state.n)), Buffer.from(hashOf(cookie ?? "")));
}
