import type { Logger } from "@gastown/telemetry";
import type { RemoteOf } from "../forge.ts";

/** One request to GitLab, after it was answered or failed. */
export interface GitlabCall {
  readonly operation: string;
  readonly mutates: boolean;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly durationMs: number;
}

export interface GitlabSite {
  /** `https://gitlab.com`, or a server of one's own; without a slash at the end. */
  readonly url: string;
  /** Of a user (best one of its own, with the role Maintainer) or of a group, with the scope `api`. */
  readonly token: string;
  readonly logger: Logger;
  /** Milliseconds since 1970; the machine's clock by default. */
  readonly clock?: () => number;
  /** Told of each request; must not throw. */
  readonly onCall?: (call: GitlabCall) => void;
}

export interface GitlabOptions extends GitlabSite {
  /** Where a rig's repository is. Throws `ScmError("gone")` when the rig is not known. */
  readonly remoteOf: RemoteOf;
}
