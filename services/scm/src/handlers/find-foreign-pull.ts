import type { CommandMessage } from "@gastown/bus";
import { followPull, newId } from "@gastown/contracts";
import { lockTown, readVerdict, transaction, type Database, type OutboxDraft } from "@gastown/db";
import type { Snapshot } from "../domain/snapshot.ts";
import { ScmError, type PullRef } from "../forges/forge.ts";
import { saveForeignPull } from "../store/foreign-pulls.ts";
import { findPull } from "../store/pulls.ts";
import { findRepo } from "../store/repos.ts";
import type { PullRow, RepoRow } from "../store/rows.ts";
import type { ScmContext } from "./context.ts";
import { forgeRefusal } from "./forge-refusal.ts";
import { refusalDraft, type RefusalCode } from "./refusal-draft.ts";
import { notFound, refused, type Refusal } from "./ruling.ts";

/**
 * A pull request that somebody opened on the forge is in our tables before it is followed, and nobody follows it yet. What cannot be
 * followed (it has ended, or its branch is in another repository) is refused with the reason, to the town as well.
 */
export async function findForeignPull(
  { db, forges }: Pick<ScmContext, "db" | "forges">,
  { envelope, signal }: CommandMessage,
): Promise<Refusal | null> {
  if ((await readVerdict(db, envelope.id)) !== null) return null;
  const { rig, number, bead } = followPull.data.parse(envelope.data);
  const ref = { town: envelope.townid, rig, number };
  const repo = await repoToAsk(db, ref);
  if (repo === null) return null;
  const cause = { causationId: envelope.id, correlationId: envelope.correlationid };
  const finding = { ref, repo, bead, cause: { ...cause, traceparent: envelope.traceparent ?? null } };
  try {
    return await take(db, finding, await forges.of(repo.forge).getSnapshot(ref, { signal }));
  } catch (error) {
    if (!(error instanceof ScmError)) throw error;
    // The town asks again.
    if (error.mayPass) return forgeRefusal(error);
    const why = `Pull request ${number} of ${rig} cannot be read: ${error.message}`;
    return { ...notFound("pr_not_found", why), outbox: [refusalTo(finding, "pr_not_found", why)] };
  }
}

/** The repository of a pull request that only its forge can tell of; null when there is nothing to ask. */
async function repoToAsk(db: Database, ref: PullRef): Promise<RepoRow | null> {
  const repo = await findRepo(db, ref);
  if (repo?.state !== "ready" || repo.forge === "local") return null;
  return (await findPull(db, ref))?.status === "open" ? null : repo;
}

interface Finding {
  readonly ref: PullRef;
  readonly repo: RepoRow;
  readonly bead: string;
  readonly cause: Pick<PullRow, "causationId" | "correlationId" | "traceparent">;
}

async function take(db: Database, finding: Finding, snapshot: Snapshot): Promise<Refusal | null> {
  const { ref, repo, cause } = finding;
  const obstacle = obstacleTo(snapshot, ref, repo);
  if (obstacle !== null) {
    const { code, why } = obstacle;
    return { ...refused("wrong_state", why), outbox: [refusalTo(finding, code, why)] };
  }
  await transaction(db, async (tx) => {
    await lockTown(tx, ref.town);
    await saveForeignPull(tx, { id: newId(), ...ref, ...cause, snapshot });
  });
  return null;
}

function refusalTo({ ref, bead, cause }: Finding, code: RefusalCode, why: string): OutboxDraft {
  return refusalDraft({ town: ref.town, rig: ref.rig, bead, ...cause }, code, why);
}

interface Obstacle {
  readonly code: RefusalCode;
  readonly why: string;
}

/** Why no bead can follow this pull request; null when one can. */
export function obstacleTo(snapshot: Snapshot, { number }: PullRef, { remote }: RepoRow): Obstacle | null {
  if (snapshot.state !== "open")
    return { code: "pr_closed", why: `Pull request ${number} is ${snapshot.state} already.` };
  if (!snapshot.isFork) return null;
  const why = `The branch of pull request ${number} is in a fork, not in ${remote ?? "the rig's repository"}: agents cannot push to it.`;
  return { code: "foreign_branch", why };
}
