import type { DataOf, registerRepo } from "@gastown/contracts";
import { findRepo, saveRepoWish } from "../store/repos.ts";
import { applied, refused, type Deciding, type Ruling } from "./ruling.ts";

/** The wish for a rig's repository is stored; the outcome is told to the town, also when nothing is new. */
export async function decideRegisterRepo({
  tx,
  town,
  data,
  envelope,
}: Deciding<DataOf<typeof registerRepo>>): Promise<Ruling> {
  const before = await findRepo(tx, { town, rig: data.rig });
  const registered = before !== null && before.defaultBranch !== null;
  if (registered && (before.source !== data.source || before.forge !== data.forge))
    return refused(
      "wrong_state",
      `Rig ${data.rig} is registered already, and work is done on it. Add another rig for another source.`,
    );
  const wish = {
    town,
    rig: data.rig,
    source: data.source,
    wantedBranch: data.defaultBranch,
    checkCommand: data.check,
    requiredApprovals: data.requiredApprovals,
    forge: data.forge,
    merge: data.merge,
    traceparent: envelope.traceparent ?? null,
    correlationId: envelope.correlationid,
    causationId: envelope.id,
  };
  await saveRepoWish(tx, wish, before);
  return applied({ rig: data.rig, state: before?.state === "ready" ? "ready" : "registering" });
}
