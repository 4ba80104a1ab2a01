import { isEnded, type Bead } from "../bead.ts";
import type { Change } from "../change.ts";
import { escalate, failIssue, failRequest } from "../endings.ts";
import { issueOf } from "../state.ts";
import type { CarryOut } from "./carried.ts";
import { theIssue, thePull, theRequest } from "./carried.ts";
import { registerAgent } from "./register-agent.ts";
import { stopReading } from "./stop-reading.ts";

type RequestDecision =
  | "open-pull"
  | "hook-refinery"
  | "park-review"
  | "tell-review"
  | "merge"
  | "rework"
  | "close-merged"
  | "end-abandoned"
  | "close-pull";

export const requestDecisions: CarryOut<RequestDecision> = {
  "open-pull": (_state, { bead }) => [{ type: "pull.asked", bead }],
  "hook-refinery"(state, { bead, agent }, by) {
    const request = theRequest(state, bead);
    const made = agent === null ? registerAgent(state, "refinery", { for: request, by }) : { agent, changes: [] };
    return [
      ...made.changes,
      { type: "bead.assigned", bead, agent: made.agent },
      { type: "review.requested", bead, source: request.request.source, head: thePull(request).head },
    ];
  },
  "park-review"(state, { bead }, by) {
    const request = theRequest(state, bead);
    const title = `nobody could read ${bead}: ${request.title}`;
    const body = `The refinery was sent ${request.attempts} times and gave no verdict. Sling ${bead} to try again, or merge or close it by hand.`;
    return [{ type: "review.parked", bead }, ...escalate(state, request, { title, body, ...by })];
  },
  "tell-review": (_state, { bead }) => [{ type: "review.told", bead }],
  merge: (state, { bead, source, head }) => [
    { type: "merge.requested", bead, source, pull: thePull(theRequest(state, bead)).number, head },
  ],
  rework(state, { bead, source, reader, head, reason, feedback }) {
    const issue = theIssue(state, source);
    return [
      ...stopReading(state, { bead, reader, reason }),
      { type: "rework.requested", bead: source, request: bead, round: issue.reworkRounds + 1, reason, feedback, head },
      { type: "bead.status-changed", bead: source, from: issue.status, to: "open", reason },
    ];
  },
  "close-merged"(state, { bead, source, requests }) {
    const { mergeCommit } = thePull(theRequest(state, bead));
    const reason = mergeCommit === null ? "merged" : `merged as ${mergeCommit}`;
    const others = requests.flatMap((id) => close(state.beads.get(id), `${bead} was ${reason}`));
    // A convoy is closed by its own rule, when it has landed everywhere.
    const issue = issueOf(state, source);
    return [...close(state.beads.get(bead), reason), ...close(issue, reason), ...others];
  },
  "end-abandoned"(state, { bead, source }) {
    const request = theRequest(state, bead);
    const from = source === null ? undefined : state.beads.get(source);
    if (source !== null && (from === undefined || isEnded(from))) {
      return [failRequest(request, { code: "source_ended", message: `${source} has ended without it` })];
    }
    const message = `its pull request #${thePull(request).number} was closed without a merge`;
    // Nobody's work here has failed with what was adopted.
    if (source === null) return close(request, message);
    const failure = { code: "pr_closed", message };
    return from?.type === "issue" ? failIssue(state, from, failure) : [failRequest(request, failure)];
  },
  "close-pull": (_state, { bead }) => [{ type: "pull.close-asked", bead }],
};

function close(bead: Bead | undefined, reason: string): Change[] {
  if (bead === undefined || isEnded(bead)) return [];
  return [{ type: "bead.status-changed", bead: bead.bead, from: bead.status, to: "closed", reason }];
}
