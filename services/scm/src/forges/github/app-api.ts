import type { CallContext } from "../forge.ts";

/** One delivery of a webhook, as GitHub's log of the App has it. A redelivery is another row with the same `guid`. */
export interface HookDelivery {
  /** What `redeliver` takes. Larger than a number can be exact, so it is text. */
  readonly id: string;
  /** The `X-GitHub-Delivery` of the delivery and of all its repetitions. */
  readonly guid: string;
  readonly deliveredAt: Date;
  readonly redelivery: boolean;
  /** `OK` when our answer was a good one. */
  readonly status: string;
  /** 0 when there was no answer at all; that is why GitHub's own filter for failures is of no use (scm §3.4). */
  readonly statusCode: number;
  readonly event: string;
  readonly action: string | null;
  readonly installation: string | null;
  readonly repositoryId: string | null;
}

export interface DeliveryPage {
  /** Newest first. */
  readonly deliveries: readonly HookDelivery[];
  /** For the next older page; null when this is the last one. */
  readonly next: string | null;
}

export interface GithubAccount {
  readonly id: string;
  readonly login: string;
  readonly type: "User" | "Organization" | "other";
}

/** An App's installation, as GitHub tells it to the App itself. */
export interface Installation {
  readonly id: string;
  readonly account: GithubAccount;
  /** All repositories of the account, or those that were chosen. */
  readonly repositorySelection: "all" | "selected";
  readonly permissions: Readonly<Record<string, string>>;
  readonly suspendedAt: Date | null;
  /** Where its owner changes it. */
  readonly htmlUrl: string;
}

export interface InstallationRepository {
  readonly id: string;
  readonly fullName: string;
  readonly private: boolean;
  readonly archived: boolean;
  readonly defaultBranch: string;
  /** The https URL that a rig names as its source. */
  readonly url: string;
}

/** A user's token: used at once and dropped, never stored (scm §5.3). */
export interface UserToken {
  readonly token: string;
}

/**
 * What the App asks GitHub in its own name, or in the name of a person who has just come back from GitHub (scm §3.4, §5.3).
 * Ids are GitHub's numbers as text; an id that is none is refused as `invalid` before it is sent. Throws `ScmError`:
 * `gone` for what is not there (any more), `denied`, `rate`, `unavailable`, `invalid` (a code that was used or is too old).
 */
export interface AppApi {
  /** The App's deliveries, newest first, 100 a page; `cursor` is `next` of the page before, null for the first. */
  listDeliveries(cursor: string | null, context: CallContext): Promise<DeliveryPage>;
  /** GitHub delivers it once more, under the same guid. */
  redeliver(id: string, context: CallContext): Promise<void>;
  getInstallation(id: string, context: CallContext): Promise<Installation>;
  /** All installations of the App, suspended ones too. */
  listInstallations(context: CallContext): Promise<readonly Installation[]>;
  /** All repositories an installation may use. */
  installationRepositories(id: string, context: CallContext): Promise<readonly InstallationRepository[]>;
  /** Who a code belongs to that GitHub gave to a person's browser; works once. */
  exchangeCode(code: string, context: CallContext): Promise<UserToken>;
  tokenUser(user: UserToken, context: CallContext): Promise<GithubAccount>;
  /** Ids of all installations this person may use: the proof that an `installation_id` from a browser is theirs (scm §5.3.4). */
  userInstallations(user: UserToken, context: CallContext): Promise<readonly string[]>;
}
