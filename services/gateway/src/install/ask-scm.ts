import { linkInstallation, requestInstallation, verifyInstallation, type ReplyOf } from "@gastown/contracts";
import { askOwner } from "../ask-owner.ts";
import { carryOut } from "../commands/send.ts";
import { commandRequest, type SignedRequest } from "./browser.ts";

/** GitHub is asked several things, one after the other. */
const verifyTimeoutMs = 25_000;

interface Claim {
  readonly owner: string;
  /** Null: only who it is. */
  readonly installation: string | null;
  readonly code: string;
}

type Verified = ReplyOf<typeof verifyInstallation>;

/** Who the browser belongs to at GitHub, and whether the installation is theirs; scm finds it out. */
export async function verifyClaim(request: SignedRequest, { owner, installation, code }: Claim): Promise<Verified> {
  const { data } = await askOwner(request.browser.gateway, verifyInstallation, {
    town: owner,
    data: { installation, code, user: request.identity.id },
    timeoutMs: verifyTimeoutMs,
    signal: request.c.req.raw.signal,
  });
  return data;
}

/** The owner's rigs may use the installation. A problem `already_exists` when it is somebody else's. */
export async function linkClaim(
  request: SignedRequest,
  { owner, installation, proof }: { owner: string; installation: string; proof: string },
): Promise<void> {
  const data = { installation, proof, user: request.identity.id };
  const sending = { descriptor: linkInstallation, town: owner, data, body: { installation } };
  await carryOut(sending, commandRequest(request), request.browser.gateway);
}

/** Whoever installs the App for this person installs it for the owner. A problem `already_exists` when the person asked before. */
export async function noteRequest(
  request: SignedRequest,
  { owner, proof }: { owner: string; proof: string },
): Promise<void> {
  const data = { proof, user: request.identity.id };
  const sending = { descriptor: requestInstallation, town: owner, data, body: {} };
  await carryOut(sending, commandRequest(request), request.browser.gateway);
}
