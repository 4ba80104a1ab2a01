import type { Logger } from "@gastown/telemetry";
import type { RemoteOf } from "../forge.ts";

export interface AppCredentials {
  readonly kind: "app";
  /** Issuer of our JWT: the App's number, or its client id. */
  readonly appId: string;
  /** PEM, PKCS#1 or PKCS#8. */
  readonly privateKey: string;
  /** The App's name in URLs, for links that say where to install it. */
  readonly slug: string;
}

interface PersonalCredentials {
  readonly kind: "token";
  readonly token: string;
}

/** Who we are at GitHub: an App, or, as the simple alternative, a person. */
export type GithubCredentials = AppCredentials | PersonalCredentials;

/** One request to GitHub, after it was answered or failed. Counting these by `operation` tells what a pull request costs. */
export interface ForgeCall {
  readonly operation: string;
  readonly kind: "rest" | "graphql";
  readonly mutates: boolean;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly installation: string | null;
  readonly durationMs: number;
  /** Points of GraphQL as GitHub told them; null for REST, and where they were not asked for. */
  readonly cost: number | null;
}

export interface GithubSite {
  /** `https://github.com`, without a slash at the end. */
  readonly webUrl: string;
  /** `https://api.github.com`, or `<url>/api/v3` of a GitHub Enterprise Server. */
  readonly apiUrl: string;
  readonly logger: Logger;
  /** Milliseconds since 1970; the machine's clock by default. */
  readonly clock?: () => number;
  /** Told of each request; must not throw. */
  readonly onCall?: (call: ForgeCall) => void;
}

export interface GithubOptions extends GithubSite {
  readonly credentials: GithubCredentials;
  /** Where a rig's repository is. Throws `ScmError("gone")` when the rig is not known. */
  readonly remoteOf: RemoteOf;
}
