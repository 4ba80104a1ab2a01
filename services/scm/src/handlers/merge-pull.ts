import type { DataOf, mergePull } from "@gastown/contracts";
import { findPull, wishPull } from "../store/pulls.ts";
import { findRepo } from "../store/repos.ts";
import type { NumberedPull } from "../store/rows.ts";
import { applied, notFound, refused, type Deciding, type Ruling } from "./ruling.ts";

/**
 * The wish to merge exactly this head is stored; the next look grants or refuses it. Refused at once when what was last
 * seen does not allow it: the state is looked at again then, and told when it is another.
 */
export async function decideMergePull({
  tx,
  town,
  data,
  envelope,
}: Deciding<DataOf<typeof mergePull>>): Promise<Ruling> {
  const pull = await findPull(tx, { town, rig: data.rig, number: data.number });
  if (pull === null || pull.bead !== data.bead)
    return notFound("pr_not_found", `There is no pull request ${data.number} of bead ${data.bead} in ${data.rig}.`);
  const repo = await findRepo(tx, { town, rig: data.rig });
  const refusal = refusalOf(pull, data.expectedHead, repo?.merge.delegate === "native");
  if (refusal !== null || pull.status === "merged") {
    // Who asks for what cannot be has an old view: it is told the new one.
    await wishPull(tx, pull, { reportDue: true });
    return refusal ?? applied({ number: data.number, state: "merged", mergeCommit: pull.mergeCommit });
  }
  await wishPull(tx, pull, {
    mergeWish: data.expectedHead,
    mergeTraceparent: envelope.traceparent ?? null,
    correlationId: envelope.correlationid,
    causationId: envelope.id,
  });
  return applied({ number: data.number, state: pull.state });
}

/** What a merge may wait for: a moment, or where the forge merges by itself all that people and checks have still to do. */
const passing: ReadonlySet<string | null> = new Set(["ready", "unknown"]);
const delegable: ReadonlySet<string | null> = new Set(["awaiting_approval", "checks_pending", "behind"]);

function refusalOf(pull: NumberedPull, expectedHead: string, delegates: boolean): Ruling | null {
  const { number, headCommit, state, status } = pull;
  if (status === "merged") return null;
  if (status === "closed") return refused("wrong_state", `Pull request ${number} is closed.`);
  if (headCommit !== expectedHead)
    return refused(
      "stale",
      `The head of pull request ${number} is ${headCommit ?? "unknown"}, not ${expectedHead}. Look at it again.`,
    );
  const mayWait = passing.has(state) || (delegates && delegable.has(state));
  return mayWait ? null : refused("wrong_state", `Pull request ${number} is ${stateText(pull)}`);
}

function stateText({ state, causes }: NumberedPull): string {
  return `${state ?? "unknown"}: ${causes[0]?.message ?? "it was not looked at yet"}`;
}
