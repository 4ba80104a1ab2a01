import { installationLinked, noTown } from "@gastown/contracts";
import { lockTown, saveOutbox, type Tx } from "@gastown/db";
import { eq, sql } from "@gastown/db/drizzle";
import type { AccessChange } from "../hooks/access-change.ts";
import { installationDraft, markRigsDue, saveInstallationChange, type InstallationRow } from "./installation-change.ts";
import { takeRequest } from "./installation-requests.ts";
import { wakeSweep } from "./installation-sweeps.ts";
import { installationRequests, installations } from "./schema/installations.ts";

/** An installation that nobody else changes until the transaction ends, and the town that what happens to it is told to. */
interface LockedInstallation {
  readonly row: InstallationRow | null;
  readonly town: string;
}

/** `else`: which town is told when nobody has linked it yet; all of them (`_`) by default. */
export async function lockInstallation(tx: Tx, id: string, otherwise: string = noTown): Promise<LockedInstallation> {
  const [known] = await tx.select({ owner: installations.owner }).from(installations).where(eq(installations.id, id));
  const town = known?.owner ?? otherwise;
  // In this order everywhere: first the town, then the row.
  await lockTown(tx, town);
  const [row] = await tx.select().from(installations).where(eq(installations.id, id)).for("update");
  return { row: row ?? null, town };
}

/**
 * What webhooks said about installations is stored and told, and rigs that are concerned are looked at. It is read from GitHub
 * again soon afterwards, so that order and loss of webhooks do not matter. One that somebody had asked for is linked (scm §5.3.5).
 */
export async function applyAccess(tx: Tx, changes: readonly AccessChange[]): Promise<void> {
  for (const change of changes) await applyOne(tx, change);
}

async function applyOne(tx: Tx, change: AccessChange): Promise<void> {
  const asked = change.action === "created" && change.requester !== null ? change.requester.id : null;
  const { row, town } = await lockInstallation(tx, change.installation, await ownerWhoAsked(tx, asked));
  const next = row === null ? firstRowOf(change) : nextRowOf(row, change);
  // Whose it is was not said, so it is found out.
  if (next === null) return wakeSweep(tx);
  const news = row === null || isNews(row, change);
  await saveInstallationChange(tx, {
    before: row,
    next: { ...next, nextLookAt: next.state === "removed" ? null : new Date() },
    town,
    added: news ? change.added.map((repo) => ({ ...repo, private: true, defaultBranch: null, url: null })) : [],
    removed: news ? change.removed : [],
  });
  if (asked !== null) await linkForRequester(tx, { id: next.id, account: next.accountLogin, requester: asked, town });
}

async function ownerWhoAsked(tx: Tx, requester: string | null): Promise<string | undefined> {
  if (requester === null) return undefined;
  const [request] = await tx
    .select({ owner: installationRequests.owner })
    .from(installationRequests)
    .where(eq(installationRequests.requester, requester));
  return request?.owner;
}

function firstRowOf({ installation, account, ...change }: AccessChange): InstallationRow | null {
  if (account === null) return null;
  return {
    id: installation,
    accountId: account.id,
    accountLogin: account.login,
    accountType: account.type,
    state: stateAfter(change.action) ?? "active",
    selection: selectionOf(change) ?? "selected",
    permissions: { ...change.permissions },
    owner: null,
    linkedBy: null,
    linkedAt: null,
    heardAt: timeOf(change.at),
    nextLookAt: null,
    createdAt: new Date(),
  };
}

/** What is removed stays so until GitHub is read; what is older than what was heard has no say. */
function nextRowOf(row: InstallationRow, change: AccessChange): InstallationRow {
  const said = stateAfter(change.action);
  const heardAt = timeOf(change.at) ?? row.heardAt;
  if (said === "removed") return { ...row, state: said, heardAt };
  if (!isNews(row, change)) return row;
  return {
    ...row,
    heardAt,
    state: row.state === "removed" || said === null ? row.state : said,
    accountLogin: change.account?.login ?? row.accountLogin,
    selection: selectionOf(change) ?? row.selection,
    permissions: { ...(change.permissions ?? row.permissions) },
  };
}

function selectionOf({ selection }: Pick<AccessChange, "selection">): InstallationRow["selection"] | null {
  return selection === "all" || selection === "selected" ? selection : null;
}

function stateAfter(action: string): InstallationRow["state"] | null {
  switch (action) {
    case "deleted":
      return "removed";
    case "suspend":
      return "suspended";
    case "unsuspend":
    case "created":
      return "active";
    default:
      return null;
  }
}

function isNews({ heardAt }: InstallationRow, { at }: AccessChange): boolean {
  const said = timeOf(at);
  return said === null || heardAt === null || said >= heardAt;
}

function timeOf(text: string | null): Date | null {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time);
}

/** What a person had asked for is theirs now, unless somebody else has it already. */
async function linkForRequester(
  tx: Tx,
  { id, account, requester, town }: { id: string; account: string; requester: string; town: string },
): Promise<void> {
  const request = await takeRequest(tx, requester);
  if (request === null) return;
  const linked = await setOwner(tx, { id, owner: request.owner, by: request.by });
  if (!linked) return;
  const data = { installation: id, account, by: request.by };
  await saveOutbox(tx, [installationDraft(installationLinked, { town, id, data })]);
}

/** The installation is this owner's, if it was nobody's, and rigs that it concerns are looked at. Answers whether it is new. */
export async function setOwner(tx: Tx, { id, owner, by }: { id: string; owner: string; by: string }): Promise<boolean> {
  const linked = await tx
    .update(installations)
    .set({ owner, linkedBy: by, linkedAt: sql`now()` })
    .where(sql`${installations.id} = ${id} and ${installations.owner} is null`)
    .returning({ id: installations.id });
  if (linked.length === 0) return false;
  await markRigsDue(tx, id, "all");
  return true;
}

/** A town that was deleted has no installations any more, and asks for none: somebody else may link them. */
export async function releaseInstallations(tx: Tx, town: string): Promise<void> {
  await tx
    .update(installations)
    .set({ owner: null, linkedBy: null, linkedAt: null })
    .where(eq(installations.owner, town));
  await tx.delete(installationRequests).where(eq(installationRequests.owner, town));
}
