/**
 * What a webhook says about an installation of the App: `installation.*`, `installation_repositories.*` and
 * `installation_target.renamed` (scm §3.1, §5.3). Each is whole in itself, and they may come late, twice and in any order: `at` tells
 * which of two is newer.
 */
export interface AccessChange {
  readonly provider: "github";
  readonly event: "installation" | "installation_repositories" | "installation_target";
  /** `created`, `deleted`, `suspend`, `unsuspend`, `new_permissions_accepted`; `added`, `removed`; `renamed`. */
  readonly action: string;
  /** The installation's id, as text. */
  readonly installation: string;
  readonly account: { readonly id: string; readonly login: string; readonly type: string } | null;
  /** Who asked for an installation that somebody else made (scm §5.3.5). */
  readonly requester: { readonly id: string; readonly login: string } | null;
  readonly sender: { readonly id: string; readonly login: string } | null;
  /** What the App may do there now, `{ contents: "write" }`; null when it is not said. */
  readonly permissions: Readonly<Record<string, string>> | null;
  /** `all` or `selected`; null when it is not said. */
  readonly selection: string | null;
  readonly suspendedAt: string | null;
  /** `installation.created` lists what was chosen, `installation_repositories` what changed. At most 10,000 each. */
  readonly added: readonly { readonly id: string; readonly name: string }[];
  readonly removed: readonly { readonly id: string; readonly name: string }[];
  /** The installation's `updated_at` (ISO), else null. */
  readonly at: string | null;
}
