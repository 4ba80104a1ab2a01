import type { ConvoyView } from "@gastown/contracts";
import type { Convoy, Issue, Landing, MergeRequest } from "./bead.ts";
import { addSpent, noSpent } from "./spent.ts";
import { isoTime } from "./time.ts";

/** What belongs to a convoy but is not on it. */
interface AroundConvoy {
  readonly members: readonly Issue[];
  /** The last merge request of each of its landings. */
  readonly requests: readonly MergeRequest[];
}

/** What others see of a convoy. */
export function convoyView(convoy: Convoy, { members, requests }: AroundConvoy): ConvoyView {
  const { bead, title, mergeMode, branch, landedAt } = convoy;
  const reasons = new Map(requests.map((request) => [request.bead, request.failure?.message ?? null]));
  const inStatus = (status: Issue["status"]) => members.filter((issue) => issue.status === status).length;
  return {
    convoy: bead,
    title,
    status: convoyStatus(convoy),
    mergeMode,
    branch,
    beads: members.map((issue) => issue.bead),
    total: members.length,
    closed: inStatus("closed"),
    failed: inStatus("failed"),
    landings: convoy.landings.map((landing) => landingView(landing, reasons)),
    spent: members.reduce((sum, { spent }) => addSpent(sum, spent), noSpent),
    createdAt: isoTime(convoy.createdAt),
    landedAt: landedAt === null ? null : isoTime(landedAt),
  };
}

/** Its status for people: kilo-town §1.7 calls everything that is not closed active. */
function convoyStatus({ status, staged, landings, landedAt }: Convoy): ConvoyView["status"] {
  if (status === "failed") return "failed";
  if (status === "closed") return landedAt === null ? "closed" : "landed";
  if (staged) return "staged";
  return landings.some(({ request }) => request !== null) ? "landing" : "active";
}

function landingView(landing: Landing, reasons: ReadonlyMap<string, string | null>): ConvoyView["landings"][number] {
  const { rig, branchState, attempts, request, landedAt } = landing;
  const failure = request === null ? null : (reasons.get(request) ?? null);
  return {
    rig,
    branchState,
    attempts,
    request,
    landedAt: landedAt === null ? null : isoTime(landedAt),
    reason: branchState === "failed" ? landing.branchReason : failure,
  };
}
