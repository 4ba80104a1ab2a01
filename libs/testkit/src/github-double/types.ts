import type { AppAuth, AppIdentity, Deliveries, InstallPages } from "./ports.ts";
import type { RateLimits } from "./server/rate-meter.ts";
import type { World } from "./world/world.ts";
import type { PullState } from "./world/world-types.ts";

export type * from "./ports.ts";
export type * from "./world/world-types.ts";

export interface GithubDoubleOptions {
  /** Default: any free one. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Milliseconds since the epoch; all of the double's times are by it. Default: the real ones. */
  readonly clock?: () => number;
  /** Where deliveries go; default: nowhere until `deliveries.url` is set. */
  readonly webhookUrl?: string;
  readonly app?: Partial<AppIdentity>;
  readonly mergeability?: Partial<MergeabilityOptions>;
  /** Where real repositories are kept; default: a new temporary directory, removed on close. */
  readonly directory?: string;
}

/** How the background job of scm §1.8 behaves. */
export interface MergeabilityOptions {
  /** From the first ask to the answer; 0: known at once. */
  delayMs: number;
  /** Whose asking starts the job; reports differ (scm §1.8 [I]). */
  startedBy: "any" | "rest" | "graphql";
}

/** Switches of what goes wrong. Counters count down; null and 0 mean that nothing does. */
export interface Faults {
  /** So many merges happen and are answered with 500. */
  errorAfterMerge: number;
  /** So many merges do not happen and are answered with 500. */
  errorBeforeMerge: number;
  /** So many merges happen and the connection is reset instead of an answer. */
  resetAfterMerge: number;
  /** So many merges are answered with "Base branch was modified". */
  baseModified: number;
  /** Called after a merge (or an entry to the queue) was asked for and before it is judged. */
  beforeMerge: ((pull: PullState) => void | Promise<void>) | null;
  /** Reads tell of the head before the present one until it is this old, in milliseconds. */
  staleReplicaMs: number;
  /** So many calls meet the secondary limit. `status` 200 is for GraphQL alone. */
  secondaryLimit: {
    times: number;
    readonly retryAfterSeconds: number | null;
    readonly status?: 200 | 403 | 429;
  } | null;
  /** So many calls are answered by this status, without effect. `route`: a part of the route's or the operation's name. */
  failures: { times: number; readonly status: number; readonly route?: string } | null;
  /** So many bodies come half at once and half after this time. */
  slowBody: { times: number; readonly ms: number } | null;
  /** Added to the `date` header and to what expiry is judged by, in milliseconds. */
  clockSkewMs: number;
  /** So many GraphQL answers miss this field (`PullRequest.reviewDecision`) and have an error of this type in its place. */
  partial: { times: number; readonly field: string; readonly type?: string; readonly message?: string } | null;
}

/** One API call as it was answered. */
export interface ApiCall {
  readonly at: number;
  readonly kind: "rest" | "graphql" | "git";
  /** `PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge`, or `mutation enqueuePullRequest`, or `git-receive-pack`. */
  readonly route: string;
  /** It changes something in the world; a minted token does not. */
  readonly mutation: boolean;
  /** The path as it was asked, or the variables of GraphQL, with the body: two calls with one key ask for the same thing. */
  readonly key: string;
  readonly status: number;
  /** GraphQL's errors, or REST's message; null when all went well. */
  readonly error: string | null;
  readonly installation: number | null;
  readonly caller: string;
  /** Points of GraphQL, 1 of REST, 0 of git and of a 304. */
  readonly cost: number;
}

/** A running DOUBLE of github.com (scm §7.2): what it says is what scm.md says of GitHub, never measured against it. */
export interface GithubDouble {
  readonly webUrl: string;
  /** `<webUrl>/api/v3` */
  readonly apiUrl: string;
  /** `<webUrl>/api/graphql` */
  readonly graphqlUrl: string;
  readonly app: AppIdentity;
  readonly auth: AppAuth;
  readonly pages: InstallPages;
  readonly world: World;
  readonly deliveries: Deliveries;
  readonly faults: Faults;
  readonly mergeability: MergeabilityOptions;
  /** Points an hour, of each caller. */
  readonly limits: RateLimits;
  /** Oldest first. */
  readonly requests: readonly ApiCall[];
  forgetRequests(): void;
  /** Fails when the double itself had a defect on the way. */
  close(): Promise<void>;
}
