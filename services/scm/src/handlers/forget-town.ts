import { pullClosed, pullStateChanged, type DataOf, type forgetTown } from "@gastown/contracts";
import { forgetRepos } from "../store/forget-repos.ts";
import { releaseInstallations } from "../store/installations.ts";
import type { NumberedPull } from "../store/rows.ts";
import { pullDraft } from "./pull-draft.ts";
import { applied, type Deciding, type Ruling } from "./ruling.ts";

const reason = "its rig was deleted";

/**
 * The rigs do not exist here any more, from this moment on; their repositories are removed soon, and what their checks run is
 * ended. Their open pull requests are closed for those who watch; the town is told nothing. Again it changes nothing.
 */
export async function decideForgetTown({
  tx,
  town,
  data,
  envelope,
}: Deciding<DataOf<typeof forgetTown>>): Promise<Ruling> {
  if (data.rigs === null) await releaseInstallations(tx, town);
  const { rigs, open } = await forgetRepos(tx, { town, rigs: data.rigs });
  const cause = { causationId: envelope.id, correlationId: envelope.correlationid };
  return applied(
    { rigs, pulls: open.map(({ rig, number }) => ({ rig, number })) },
    open.flatMap(endOf).map((draft) => ({ ...draft, ...cause })),
  );
}

function endOf(pull: NumberedPull) {
  if (!pull.announced) return [];
  const changed = { from: pull.state, to: "closed" as const, causes: [], headCommit: pull.headCommit ?? "" };
  return [pullDraft(pull, pullStateChanged, changed), pullDraft(pull, pullClosed, { reason })];
}
