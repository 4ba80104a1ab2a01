import type { IncomingMessage, ServerResponse } from "node:http";
import type { Account, MergeMethod } from "./world/world-types.ts";

/** A value of a JSON body. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

// ---------------------------------------------------------------------------------------------------------------- git

export interface Signature {
  readonly name: string;
  readonly email: string;
}
export interface CommitWish {
  readonly branch: string;
  /** The branch or commit it starts from when the branch does not exist; absent: the default branch. */
  readonly from?: string;
  /** Path to text; null deletes the file. Empty makes an empty commit. */
  readonly files: Readonly<Record<string, string | null>>;
  readonly message?: string;
  readonly author?: Signature;
}
export interface CommitInfo {
  readonly oid: string;
  readonly message: string;
  readonly author: Signature;
  /** Milliseconds since the epoch. */
  readonly committedAt: number;
  readonly parents: readonly string[];
}
/** One ref that moved; null: it did not exist, or does not any more. */
export interface RefUpdate {
  /** The full name, as `refs/heads/main`. */
  readonly ref: string;
  readonly before: string | null;
  readonly after: string | null;
  /** The old tip is not part of the new one. */
  readonly forced: boolean;
}
export interface ChangedFile {
  readonly path: string;
  readonly status: "added" | "modified" | "removed";
  readonly additions: number;
  readonly deletions: number;
}
/** How two commits lie to each other; `base` and `head` as in `GET /compare/base...head`. */
export interface Comparison {
  /** Commits of head that base has not, oldest first. */
  readonly ahead: readonly string[];
  /** How many commits of base head has not. */
  readonly behind: number;
  readonly mergeBase: string | null;
  /** What head changed since the merge base. */
  readonly files: readonly ChangedFile[];
}
export interface MergeWish {
  /** The branch that gets the commits and moves. */
  readonly into: string;
  readonly commit: string;
  readonly method: MergeMethod;
  readonly message: string;
  readonly author: Signature;
}

/**
 * One repository's git. Branch names are short (`main`, `gt/bead-1`). What it says of tips is true at once after any write,
 * its own or a push. Commits never go away, so what was asked of two commits can be kept.
 */
export interface GitRepo {
  readonly kind: "memory" | "disk";
  /** The commit at the tip; null when there is no such branch. */
  tip(branch: string): string | null;
  branches(): readonly { readonly name: string; readonly oid: string }[];
  /** The branch is at this commit, or does not exist (null). */
  setBranch(name: string, oid: string | null): Promise<void>;
  /** Writes one commit to the tip of a branch, making the branch if need be; answers the new tip. */
  commit(wish: CommitWish): Promise<string>;
  /** Null when it has no such commit. */
  commitOf(oid: string): Promise<CommitInfo | null>;
  /** The text of a file in a commit; null when it is not there. */
  fileAt(oid: string, path: string): Promise<string | null>;
  /** The files in conflict when these two are merged; empty: none. */
  conflicts(base: string, head: string): Promise<readonly string[]>;
  compare(base: string, head: string): Promise<Comparison>;
  /** `ancestor` is `descendant`, or part of its history. */
  contains(descendant: string, ancestor: string): Promise<boolean>;
  /** Answers the branch's new tip. Throws when there is a conflict. */
  merge(wish: MergeWish): Promise<string>;
  /** `refs/pull/<number>/head` is at this commit, for those who fetch it. */
  publishPull(number: number, oid: string): Promise<void>;
}

export interface GitServing {
  readonly repo: GitRepo;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What follows `/<owner>/<name>.git`, with the query: `/info/refs?service=git-upload-pack`. */
  readonly subpath: string;
  readonly mayPush: boolean;
  /** Why a ref may not be moved so (as `protected branch hook declined`); null: it may. */
  refuse(update: RefUpdate): string | null;
  /** Called once after refs moved and before the client is answered. */
  pushed(updates: readonly RefUpdate[]): Promise<void>;
}

/** All repositories with a real git. `createDiskGit(options: {now(): number; directory?: string}): Promise<DiskGit>` in git/disk-git.ts. */
export interface DiskGit {
  create(wish: {
    readonly fullName: string;
    readonly defaultBranch: string;
    readonly files: Readonly<Record<string, string>>;
  }): Promise<GitRepo>;
  /** Answers one request of git's smart HTTP protocol; who asks is checked already. */
  serve(serving: GitServing): Promise<void>;
  close(): Promise<void>;
}

// --------------------------------------------------------------------------------------------------------------- auth

export type Permissions = Readonly<Record<string, "read" | "write" | "admin">>;

/** The GitHub App of this double. Unlike github.com it is known with its private key. */
export interface AppIdentity {
  readonly id: number;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly slug: string;
  /** PEM, PKCS#1 as GitHub hands it out. */
  readonly privateKey: string;
  readonly webhookSecret: string;
}

export interface Installation {
  readonly id: number;
  readonly account: Account;
  selection: "all" | "selected";
  /** The repositories of a `selected` one. */
  repositoryIds: readonly number[];
  permissions: Permissions;
  suspendedAt: number | null;
  readonly createdAt: number;
  updatedAt: number;
}
export interface InstallWish {
  readonly account: string;
  /** Full or short names; absent: all. */
  readonly repositories?: readonly string[];
  readonly permissions?: Permissions;
  /** Who clicked; absent: the account itself. */
  readonly by?: string;
  /** Who had asked an owner for it. */
  readonly requester?: string;
}

/** Who sent a request. `repositoryIds` null: all of the installation. */
export type Caller =
  | { readonly kind: "anonymous" }
  | { readonly kind: "app" }
  | {
      readonly kind: "installation";
      readonly installation: number;
      readonly login: string;
      readonly permissions: Permissions;
      readonly repositoryIds: readonly number[] | null;
    }
  | { readonly kind: "user"; readonly login: string; readonly via: "personal" | "oauth" }
  /** Refused before anything else: 401 bad credentials, 403 suspended. */
  | { readonly kind: "refused"; readonly status: 401 | 403; readonly message: string };

export interface TokenNarrowing {
  readonly repositoryIds?: readonly number[];
  readonly repositories?: readonly string[];
  readonly permissions?: Permissions;
}
export type MintedToken =
  | {
      readonly ok: true;
      readonly token: string;
      readonly expiresAt: number;
      readonly permissions: Permissions;
      /** Null: all of the installation. */
      readonly repositoryIds: readonly number[] | null;
    }
  | { readonly ok: false; readonly status: 403 | 404 | 422; readonly message: string };

/** `createAppAuth(options: AppAuthOptions): AppAuth` in app/app-auth.ts. Changes of installations are emitted as events. */
export interface AppAuth {
  readonly app: AppIdentity;
  readonly installations: readonly Installation[];
  installation(id: number): Installation | null;
  /** The installation whose reach this repository is in, suspended or not. */
  installationOf(repositoryId: number): Installation | null;
  install(wish: InstallWish): Installation;
  uninstall(id: number, by?: string): void;
  suspend(id: number, by?: string): void;
  unsuspend(id: number, by?: string): void;
  /** Ids of repositories, or all. */
  select(id: number, repositoryIds: readonly number[] | "all", by?: string): void;
  acceptPermissions(id: number, permissions: Permissions, by?: string): void;
  /** For `POST /app/installations/{id}/access_tokens`; the caller's JWT is checked already. */
  mint(installation: number, narrowing: TokenNarrowing): MintedToken;
  /** A new personal token (`ghp_`) of this person. */
  personalToken(login: string): string;
  /** A new user token of the App (`ghu_`), as the OAuth exchange gives it. */
  userToken(login: string): string;
  /** Nobody is let in with this token any more. */
  revoke(token: string): void;
  /** Reads `Authorization`: `Bearer`, `token`, or `Basic` with the token as the password. */
  identify(authorization: string | undefined): Caller;
}
export interface AppAuthOptions {
  now(): number;
  readonly directory: Directory;
  /** The event's parts without `installation` and `sender`, which are put there by who takes it. */
  emit(event: WorldEvent): void;
  readonly app?: Partial<AppIdentity>;
}

/** What is known of accounts, for who does not know the world. */
export interface Directory {
  account(login: string): Account | null;
  repositoriesOf(login: string): readonly RepositorySummary[];
  /** May install an App on this account: the person itself, or an owner of the organization. */
  administers(login: string, account: string): boolean;
  /** Accounts this person can see installations of: itself and organizations it is in. */
  accountsOf(login: string): readonly Account[];
}
export interface RepositorySummary {
  readonly id: number;
  readonly nodeId: string;
  readonly name: string;
  readonly fullName: string;
  readonly private: boolean;
}

// --------------------------------------------------------------------------------------------------------- deliveries

/** Something happened that GitHub would tell of. `parts` is called only when it is going to be sent. */
export interface WorldEvent {
  readonly event: string;
  readonly action: string | null;
  /** The repository it is about; null: about the account or the installation. */
  readonly repositoryId: number | null;
  /** The installation it is about; null: the one whose reach the repository is in. */
  readonly installation: number | null;
  readonly sender: string;
  /** The event's own fields in REST's shape, without action, repository, organization, sender, installation. */
  readonly parts: () => JsonObject;
}

/** What is sent: the whole body is laid over the published example of its event, so that it has every real field. */
export interface Delivery {
  readonly event: string;
  readonly action: string | null;
  readonly installation: number;
  readonly repositoryId: number | null;
  body(): JsonObject;
}
export interface DeliveryRecord {
  readonly id: number;
  /** `X-GitHub-Delivery`; the same on a redelivery. */
  readonly guid: string;
  readonly event: string;
  readonly action: string | null;
  readonly installation: number;
  readonly repositoryId: number | null;
  readonly deliveredAt: number;
  readonly redelivery: boolean;
  /** Seconds. */
  readonly duration: number;
  /** "OK", or what went wrong. */
  readonly status: string;
  /** 0 when nobody answered. */
  readonly statusCode: number;
  readonly url: string;
  readonly request: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly body: string };
}
/** Mutable switches; rates are 0..1 and drawn from `seed`, so that a run can be repeated. */
export interface DeliveryFaults {
  seed: number;
  /** Never sent; in the log as a failure with code 0. */
  lossRate: number;
  /** Sent twice with the same guid. */
  duplicateRate: number;
  /** Held back until the one after it was sent. */
  reorderRate: number;
  delayMs: number;
}

/** `createDeliveries(options: {now(): number; secret: string; url?: string}): Deliveries` in deliveries/deliveries.ts. */
export interface Deliveries {
  /** Where to; null: nowhere, and nothing is logged. */
  url: string | null;
  secret: string;
  readonly faults: DeliveryFaults;
  /** Newest first. */
  readonly log: readonly DeliveryRecord[];
  send(delivery: Delivery): void;
  /** Sends the one with this id again, under the same guid; null when there is none. */
  redeliver(id: number): DeliveryRecord | null;
  /** Resolves when nothing is on its way. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

// -------------------------------------------------------------------------------------------------------------- pages

/**
 * The pages a browser sees: OAuth (`/login/oauth/authorize`, `/login/oauth/access_token`) and
 * `/apps/<slug>/installations/new`. `createInstallPages(options: InstallPagesOptions): InstallPages` in install/install-pages.ts.
 */
export interface InstallPages {
  /** Answers true when the request was one of its own and is answered. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /** The person in front of the browser; null: nobody is signed in. */
  person: string | null;
  /** Where the browser is sent after an installation; null: the App has no such address. */
  setupUrl: string | null;
  callbackUrl: string | null;
  /** "Request user authorization during installation": the return carries a `code`. */
  authorizeOnInstall: boolean;
}
export interface InstallPagesOptions {
  now(): number;
  readonly auth: AppAuth;
  readonly directory: Directory;
}
