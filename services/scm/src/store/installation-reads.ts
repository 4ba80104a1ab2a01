import { noTown, type InstallationRepositoryView, type InstallationView } from "@gastown/contracts";
import type { Database, Tx } from "@gastown/db";
import { and, asc, count, eq, gt, inArray, ne, notInArray, type SQL } from "@gastown/db/drizzle";
import type { InstallationRow, ReachedRepo } from "./installation-change.ts";
import { installationRepos, installations } from "./schema/installations.ts";

/** Installations that a town's rigs may use; with `_`: all there are, also those that nobody has linked. */
function of(town: string): SQL | undefined {
  return town === noTown ? undefined : inArray(installations.owner, [town, noTown]);
}

interface Page {
  readonly town: string;
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Installations that were not removed, by id. */
export async function readInstallations(tx: Tx, { town, after, limit }: Page): Promise<InstallationView[]> {
  const rows = await tx
    .select()
    .from(installations)
    .where(
      and(of(town), ne(installations.state, "removed"), after === undefined ? undefined : gt(installations.id, after)),
    )
    .orderBy(asc(installations.id))
    .limit(limit);
  return viewsOf(tx, rows);
}

/** An installation as people see it; null when there is none that the town may know of. */
export async function readInstallation(
  tx: Tx,
  { town, installation }: { town: string; installation: string },
): Promise<InstallationView | null> {
  const rows = await tx
    .select()
    .from(installations)
    .where(and(eq(installations.id, installation), of(town)));
  const [view] = await viewsOf(tx, rows);
  return view ?? null;
}

async function viewsOf(tx: Tx, rows: InstallationRow[]): Promise<InstallationView[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const counted = await tx
    .select({ id: installationRepos.installation, count: count() })
    .from(installationRepos)
    .where(inArray(installationRepos.installation, ids))
    .groupBy(installationRepos.installation);
  const repositories = new Map(counted.map((each) => [each.id, each.count]));
  return rows.map((row) => ({
    installation: row.id,
    account: { id: row.accountId, login: row.accountLogin, type: row.accountType },
    state: row.state,
    selection: row.selection,
    permissions: row.permissions,
    owner: row.owner,
    linkedBy: row.linkedBy,
    linkedAt: row.linkedAt?.toISOString() ?? null,
    repositories: repositories.get(row.id) ?? 0,
  }));
}

/** What an installation reaches, by name. */
export async function readReach(
  tx: Tx,
  { installation, after, limit }: { installation: string } & Omit<Page, "town">,
): Promise<InstallationRepositoryView[]> {
  return tx
    .select()
    .from(installationRepos)
    .where(
      and(
        eq(installationRepos.installation, installation),
        after === undefined ? undefined : gt(installationRepos.name, after),
      ),
    )
    .orderBy(asc(installationRepos.name))
    .limit(limit);
}

/** All that an installation reaches, as it was stored. */
export function readAllReach(tx: Tx, installation: string): Promise<ReachedRepo[]> {
  return tx.select().from(installationRepos).where(eq(installationRepos.installation, installation));
}

/**
 * Whether somebody else has linked the installation: then rigs of this town may not use it, or anybody with a town could work on
 * repositories of everybody who has installed the App. One that nobody has linked is whoever's runs the App.
 */
export async function isForeignInstallation(
  db: Database,
  { town, installation }: { town: string; installation: string },
): Promise<boolean> {
  const rows = await db.drizzle
    .select({ id: installations.id })
    .from(installations)
    .where(and(eq(installations.id, installation), notInArray(installations.owner, [town, noTown])));
  return rows.length > 0;
}
