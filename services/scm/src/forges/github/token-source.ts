import type { ScmError } from "../forge.ts";

export type TokenPermissions = Readonly<Record<string, string>>;

/** What a token is to reach. */
export interface Access {
  /** Null with a personal token. */
  readonly installation: string | null;
  /** Ids of repositories; null: all of the installation. */
  readonly repositories: readonly string[] | null;
  /** Null: all the installation has. */
  readonly permissions: TokenPermissions | null;
}

export interface AccessToken {
  readonly token: string;
  /** As GitHub told them with this token; null when it does not tell (personal tokens). */
  readonly permissions: TokenPermissions | null;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Where tokens come from. All methods throw `ScmError` when there is none, saying what is to be done about it. */
export interface TokenSource {
  /** A token that has a while to live. */
  tokenFor(access: Access, signal: AbortSignal): Promise<AccessToken>;
  /** GitHub did not take `refused`: another token, minted once whoever asks. */
  renew(access: Access, refused: AccessToken, signal: AbortSignal): Promise<AccessToken>;
  /** Why nothing at all is allowed any more, as with a suspended installation; null when it is about what was asked. */
  whyLost(access: Access, signal: AbortSignal): Promise<ScmError | null>;
  /** Why GitHub takes none of our tokens. */
  explainRefusal(access: Access, signal: AbortSignal): Promise<ScmError>;
  /** Nothing of this installation is remembered: its permissions, repositories or state have changed. */
  forget(installation: string): void;
}
