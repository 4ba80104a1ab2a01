import type { createBranch, DataOf } from "@gastown/contracts";
import { wishBranch } from "../store/branches.ts";
import { findRepo } from "../store/repos.ts";
import { applied, notFound, type Deciding, type Ruling } from "./ruling.ts";

/** The wish for a branch is stored; the outcome is told to the town, also when the branch is there already. */
export async function decideCreateBranch({
  tx,
  town,
  data,
  envelope,
}: Deciding<DataOf<typeof createBranch>>): Promise<Ruling> {
  const { rig, branch } = data;
  if ((await findRepo(tx, { town, rig })) === null) return notFound("rig_not_found", `There is no rig ${rig}.`);
  const cause = { correlationId: envelope.correlationid, causationId: envelope.id };
  await wishBranch(tx, { town, rig, branch, ...cause, traceparent: envelope.traceparent ?? null });
  return applied({ rig, branch });
}
