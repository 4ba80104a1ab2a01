import { ScmError } from "../forge.ts";
import type { Place } from "./place.ts";
import type { TokenSource } from "./token-source.ts";

/** GitHub takes any token under this user name. */
const username = "x-access-token";

interface Holder {
  readonly write: boolean;
  readonly signal: AbortSignal;
}

/**
 * A token for this one repository with no more than an agent needs (scm §5.1): pushing and its pull requests, or reading. It has ten
 * minutes to live or more. A personal token cannot be narrowed: who only reads gets none.
 */
export async function mintRepoToken(
  tokens: TokenSource,
  { access }: Place,
  { write, signal }: Holder,
): Promise<{ username: string; password: string; expiresAt: Date }> {
  if (access.installation === null && !write)
    throw new ScmError(
      "denied",
      "A personal token cannot be narrowed to reading. Use a GitHub App for agents that only read.",
    );
  const right = write ? "write" : "read";
  const permissions = { contents: right, pull_requests: right };
  const { token, expiresAt } = await tokens.tokenFor({ ...access, permissions }, signal);
  return { username, password: token, expiresAt: new Date(expiresAt) };
}
