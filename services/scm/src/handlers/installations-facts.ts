import type { Tx } from "@gastown/db";
import type { CallContext } from "../forges/forge.ts";
import type { AppApi, Installation, InstallationRepository } from "../forges/github/app-api.ts";
import { saveInstallationChange, type InstallationRow, type ReachedRepo } from "../store/installation-change.ts";
import { readAllReach } from "../store/installation-reads.ts";
import { lockInstallation } from "../store/installations.ts";

/** What GitHub said of an installation just now. */
export interface Observed {
  readonly installation: Installation;
  /** All it reaches; null: not known, as while it is suspended. */
  readonly repositories: readonly InstallationRepository[] | null;
}

/** Reads an installation and what it reaches from GitHub. Throws `ScmError`, `gone` when it is not there any more. */
export async function observeInstallation(app: AppApi, id: string, context: CallContext): Promise<Observed> {
  const installation = await app.getInstallation(id, context);
  const suspended = installation.suspendedAt !== null;
  return { installation, repositories: suspended ? null : await app.installationRepositories(id, context) };
}

/** What was observed is stored and told where it is new. When it is looked at next stays as it is. */
export async function saveObserved(tx: Tx, { installation, repositories }: Observed): Promise<void> {
  const { row, town } = await lockInstallation(tx, installation.id);
  const known = repositories === null ? [] : await readAllReach(tx, installation.id);
  const reached = repositories?.map(reachedOf) ?? [];
  const kept = new Set(reached.map(({ id }) => id));
  await saveInstallationChange(tx, {
    before: row,
    next: rowOf(installation, row),
    town,
    added: reached,
    removed: known.filter(({ id }) => !kept.has(id)),
  });
}

/** Of one that was not known before. */
const unlinked = { owner: null, linkedBy: null, linkedAt: null, heardAt: null, nextLookAt: null };

function rowOf({ id, account, ...said }: Installation, before: InstallationRow | null): InstallationRow {
  return {
    ...(before ?? { ...unlinked, createdAt: new Date() }),
    id,
    accountId: account.id,
    accountLogin: account.login,
    accountType: account.type,
    state: said.suspendedAt === null ? "active" : "suspended",
    selection: said.repositorySelection,
    permissions: { ...said.permissions },
  };
}

function reachedOf({ id, fullName, defaultBranch, url, ...repo }: InstallationRepository): ReachedRepo {
  return { id, name: fullName, private: repo.private, defaultBranch, url };
}
