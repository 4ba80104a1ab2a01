import {
  installationPermissionsChanged,
  installationRepositoriesChanged,
  installationStateChanged,
  type DataOf,
  type Event,
} from "@gastown/contracts";
import { notifyDue, saveOutbox, type OutboxDraft, type Tx } from "@gastown/db";
import { and, eq, inArray, ne, or, sql, type SQL } from "@gastown/db/drizzle";
import { wakeLoop } from "./mark-due.ts";
import { installationRepos, installations } from "./schema/installations.ts";
import { repos } from "./schema/repos.ts";

export type InstallationRow = typeof installations.$inferSelect;
export type ReachedRepo = Omit<typeof installationRepos.$inferSelect, "installation">;

export interface InstallationChange {
  /** Null: it was not known. */
  readonly before: InstallationRow | null;
  readonly next: InstallationRow;
  /** Who is told; its lock is held. */
  readonly town: string;
  readonly added: readonly ReachedRepo[];
  readonly removed: readonly { readonly id: string; readonly name: string }[];
}

/** So many rows are written at once: Postgres takes 65,535 values in a statement. */
const rowsAtOnce = 1_000;
/** So many names an event carries (contracts). */
const namesTold = 100;

/**
 * The installation is as `next` says and reaches what was added; what is new about it is told to `town`, and the rigs whose
 * repositories are concerned are looked at. The caller holds its row (`lockInstallation`).
 */
export async function saveInstallationChange(tx: Tx, change: InstallationChange): Promise<void> {
  const { before, next } = change;
  await tx.insert(installations).values(next).onConflictDoUpdate({ target: installations.id, set: next });
  const reached = await changeReach(tx, change);
  await saveOutbox(tx, draftsOf({ ...change, ...reached }));
  const names = [...reached.added, ...reached.removed].map(({ name }) => name);
  await markRigsDue(tx, next.id, isSameUse(before, next) ? names : "all");
  if (next.nextLookAt !== null) await notifyDue(tx, "scm_installations_due", next.id);
}

/** The App may do the same as before. */
function isSameUse(before: InstallationRow | null, next: InstallationRow): boolean {
  return before !== null && before.state === next.state && sameRecord(before.permissions, next.permissions);
}

type Reach = Pick<InstallationChange, "added" | "removed">;

/** What is reached is stored. Answers what is really new or gone. */
async function changeReach(tx: Tx, { next, ...change }: InstallationChange): Promise<Reach> {
  const known = await tx.select().from(installationRepos).where(eq(installationRepos.installation, next.id));
  const before = new Map(known.map((repo) => [repo.id, repo]));
  const gone = new Set(next.state === "removed" ? before.keys() : change.removed.map(({ id }) => id));
  const removed = known.filter(({ id }) => gone.has(id));
  if (removed.length > 0)
    await tx
      .delete(installationRepos)
      .where(and(eq(installationRepos.installation, next.id), inArray(installationRepos.id, [...gone])));
  const wanted = next.state === "removed" ? [] : change.added.filter((repo) => isOther(before.get(repo.id), repo));
  for (let from = 0; from < wanted.length; from += rowsAtOnce)
    await tx
      .insert(installationRepos)
      .values(wanted.slice(from, from + rowsAtOnce).map((repo) => ({ ...repo, installation: next.id })))
      .onConflictDoUpdate({
        target: [installationRepos.installation, installationRepos.id],
        set: {
          name: sql`excluded.name`,
          private: sql`excluded.private`,
          defaultBranch: sql`excluded.default_branch`,
          url: sql`excluded.url`,
        },
      });
  return { added: wanted.filter(({ id }) => !before.has(id)), removed };
}

/** A webhook knows less than was read; what it does not know is no change. */
function isOther(known: ReachedRepo | undefined, repo: ReachedRepo): boolean {
  if (known === undefined) return true;
  if (repo.url === null) return false;
  return (["name", "private", "defaultBranch", "url"] as const).some((field) => known[field] !== repo[field]);
}

function draftsOf({ before, next, town, added, removed }: InstallationChange): OutboxDraft[] {
  const about = { installation: next.id, account: next.accountLogin };
  const to = { town, id: next.id };
  const drafts: OutboxDraft[] = [];
  if (before?.state !== next.state) {
    const data = { ...about, from: before?.state ?? null, to: next.state };
    drafts.push(installationDraft(installationStateChanged, { ...to, data }));
  }
  if (before === null || next.state === "removed") return drafts;
  if (!sameRecord(before.permissions, next.permissions)) {
    const data = { ...about, permissions: next.permissions };
    drafts.push(installationDraft(installationPermissionsChanged, { ...to, data }));
  }
  if (added.length + removed.length > 0) {
    const names = { added: namesOf(added), removed: namesOf(removed) };
    const data = { ...about, ...names, addedCount: added.length, removedCount: removed.length };
    drafts.push(installationDraft(installationRepositoriesChanged, { ...to, data }));
  }
  return drafts;
}

function namesOf(reached: readonly { name: string }[]): string[] {
  return reached.slice(0, namesTold).map(({ name }) => name);
}

function sameRecord(one: Record<string, string>, other: Record<string, string>): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}

/** An event about an installation. */
export function installationDraft<D extends Event>(
  descriptor: D,
  { town, id, data, by = "service:scm" }: { town: string; id: string; data: DataOf<D>; by?: string },
): OutboxDraft {
  return { descriptor, town, data, actor: by, subject: `installation/${id}` };
}

/** Rigs from these repositories, or all that use the installation, are looked at soon: whether they can be used may have changed. */
export async function markRigsDue(tx: Tx, installation: string, names: readonly string[] | "all"): Promise<void> {
  if (names.length === 0) return;
  await tx
    .update(repos)
    .set({ nextLookAt: sql`now()`, version: sql`${repos.version} + 1` })
    .where(and(eq(repos.forge, "github"), ne(repos.state, "forgotten"), isConcerned(tx, installation, names)));
  await wakeLoop(tx, "repos");
}

/** By what GitHub calls the repository; one that could not be used so far is known by its source only. */
function isConcerned(tx: Tx, installation: string, names: readonly string[] | "all"): SQL | undefined {
  const source = sql`substring(regexp_replace(${repos.source}, '([.]git)?/*$', '') from '[^/:]+/[^/]+$')`;
  const name = sql`lower(coalesce(${repos.remote}, ${source}))`;
  if (names !== "all")
    return inArray(
      name,
      names.map((each) => each.toLowerCase()),
    );
  const reached = tx
    .select({ name: sql`lower(${installationRepos.name})` })
    .from(installationRepos)
    .where(eq(installationRepos.installation, installation));
  return or(eq(repos.installation, installation), inArray(name, reached));
}
