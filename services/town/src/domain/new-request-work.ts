import type { Convoy, Issue, MergeRequest } from "./bead.ts";
import type { By } from "./carry-out/carried.ts";
import { clip } from "./clip.ts";
import { newIssue, newMergeRequest } from "./new-bead.ts";
import { baseBranch } from "./rig.ts";
import { issueOf, type TownState } from "./state.ts";

/** A share of what the text of a pull request may take. */
const maxSummaryBytes = 32 * 1024;

/** The merge request that lands what a convoy gathered in a rig: from its feature branch into the rig's default branch (kilo-town §1.6). */
export function newLanding(
  state: TownState,
  convoy: Convoy,
  making: { readonly rig: string; readonly actor: string; readonly now: number },
): MergeRequest {
  const rig = state.rigs.get(making.rig);
  if (convoy.branch === null || rig === undefined)
    throw new Error(`${convoy.bead} has nothing to land in ${making.rig}`);
  const made = newMergeRequest(state, { ...making, source: convoy, branch: convoy.branch, target: baseBranch(rig) });
  const merged = convoy.members.flatMap((id) => {
    const issue = issueOf(state, id);
    return issue?.rig === making.rig && issue.status === "closed" ? [`- ${id}: ${issue.title}`] : [];
  });
  return { ...made, request: { ...made.request, summary: clip(merged.join("\n"), maxSummaryBytes) } };
}

const labels = { conflict: "gt:pr-conflict", feedback: "gt:pr-feedback", rework: "gt:rework" } as const;

/** The work item that repairs a pull request without an author in the town, on that pull request's own branch (kilo-town §2.6, §2.7). */
export function newFixup(
  state: TownState,
  making: {
    readonly request: MergeRequest;
    readonly why: "conflict" | "feedback" | "rework";
    readonly feedback: string;
    readonly by: By;
  },
): Issue {
  const { request, why, feedback, by } = making;
  const { branch, target, pull } = request.request;
  const number = `#${pull?.number ?? 0}`;
  const conflict = why === "conflict";
  const title = conflict
    ? `Resolve the conflicts of pull request ${number} with ${target}`
    : `Answer the objections to pull request ${number}`;
  const work = conflict
    ? `Merge ${target} into ${branch} and resolve the conflicts so that both sides keep what they meant.`
    : "Act on every objection below; where one is wrong, say why in your summary.";
  const body = `Pull request ${number} merges ${branch} into ${target}. ${work} Commit to ${branch} and report done. It is not yours alone: never rewrite what is pushed.`;
  return newIssue(state, {
    rig: request.rig,
    title,
    body,
    priority: request.priority,
    labels: [labels[why]],
    parent: request.bead,
    trace: request.trace,
    ...by,
    kind: "fixup",
    fixup: { request: request.bead, why },
    branch,
    feedback,
  });
}
