import * as contracts from "@gastown/contracts";
import { announce } from "../domain/announce.ts";
import type { Announcement } from "../domain/announce/tell.ts";
import type { MergeRequest, Pull, Work } from "../domain/bead.ts";
import { isWork } from "../domain/bead.ts";
import { clip } from "../domain/clip.ts";
import type { Decision } from "../domain/decision.ts";
import type { CarriedOut } from "../domain/reconcile.ts";
import { mergeRequestOf, type TownState } from "../domain/state.ts";
import { buildJob } from "./build-job.ts";
import { careOrders } from "./effects/care-orders.ts";
import { convoyOrders } from "./effects/convoy-orders.ts";
import { helpOrders } from "./effects/help-orders.ts";
import { mayorOrders } from "./effects/mayor-orders.ts";
import { known, order, type Order, type OrderFor } from "./effects/order.ts";
import { safetyOrders } from "./effects/safety-orders.ts";

/** What others are told of a decision that was carried out, and what they are asked to do. */
export interface Effects {
  readonly events: readonly Announcement[];
  readonly commands: readonly Order[];
}

/** Every decision, and the command it takes. Null: the town does it alone. */
const orders: { readonly [D in Decision["do"]]: OrderFor<D> | null } = {
  ...convoyOrders,
  ...careOrders,
  ...helpOrders,
  ...mayorOrders,
  ...safetyOrders,
  "register-rig": (after, { rig }) => registerRepo(after, rig),
  assign: null,
  "fail-bead": null,
  dispatch: startAgent,
  "ask-start-again": startAgent,
  release: null,
  unhook: null,
  "give-up-agent": null,
  "stop-agent": (after, { agent, reason }) => {
    const { generation } = known(after.agents.get(agent), agent);
    return order(contracts.stopAgent, `agent/${agent}`, { agent, generation, reason });
  },
  "open-pull": (after, { bead }) => openPull(after, known(mergeRequestOf(after, bead), bead)),
  "hook-refinery": null,
  "park-review": null,
  "tell-review": (after, { bead }) => reviewPull(known(mergeRequestOf(after, bead), bead)),
  merge: (after, { bead, head }) => {
    const { rig, number } = pullOf(after, bead);
    return order(contracts.mergePull, `bead/${bead}`, { rig, number, bead, expectedHead: head });
  },
  rework: null,
  "close-merged": null,
  "end-abandoned": null,
  unblock: null,
  "close-pull": (after, { bead }) => {
    const { rig, number, request } = pullOf(after, bead);
    const reason = clip(
      `${request.bead} is ${request.status}${request.failure === null ? "" : `: ${request.failure.message}`}`,
      8192,
    );
    return order(contracts.closePull, `bead/${bead}`, { rig, number, reason });
  },
};

/** The events and commands of one step; `step.after` is the town they are true of. */
export function effectsOf({ decision, changes, after }: Pick<CarriedOut, "decision" | "changes" | "after">): Effects {
  const orderFor = orders[decision.do] as OrderFor<Decision["do"]> | null;
  return {
    events: changes.flatMap((change) => announce(change, after) ?? []),
    commands: orderFor === null ? [] : [orderFor(after, decision)].flat(),
  };
}

function workOf(state: TownState, id: string): Work {
  const bead = state.beads.get(id);
  return known(bead !== undefined && isWork(bead) ? bead : undefined, id);
}

function pullOf(state: TownState, bead: string): { rig: string; number: number; pull: Pull; request: MergeRequest } {
  const request = known(mergeRequestOf(state, bead), bead);
  const pull = known(request.request.pull ?? undefined, `the pull request of ${bead}`);
  return { rig: request.rig ?? "", number: pull.number, pull, request };
}

function registerRepo(after: TownState, id: string): Order {
  const { rig, source, defaultBranch, check, requiredApprovals, forge, merge } = known(after.rigs.get(id), id);
  const wish = { rig, source, defaultBranch, check, requiredApprovals, forge, merge };
  return order(contracts.registerRepo, `rig/${id}`, wish);
}

function startAgent(after: TownState, { bead, agent }: { readonly bead: string; readonly agent: string }): Order {
  const job = buildJob(after, known(after.agents.get(agent), agent), workOf(after, bead));
  return order(contracts.startAgent, `bead/${bead}`, job);
}

function openPull(after: TownState, { bead, rig, request }: MergeRequest): Order {
  const { source, adopts, branch, target, summary, pull, awaitsReport } = request;
  const follow = (number: number): Order =>
    order(contracts.followPull, `bead/${bead}`, { rig: rig ?? "", bead, number });
  if (source === null) return follow(adopts ?? 0);
  // One that was told of is told again, also when it has ended since; what is to be told anew is opened.
  if (pull !== null && !awaitsReport) return follow(pull.number);
  const { title } = known(after.beads.get(source), source);
  const body = `${summary}${summary === "" ? "" : "\n\n"}Bead ${source}: ${title}`;
  return order(contracts.openPull, `bead/${bead}`, {
    rig: rig ?? "",
    bead,
    head: branch,
    base: target,
    title,
    body,
    draft: false,
  });
}

function reviewPull(bead: MergeRequest): Order {
  const { review, reviewHead, reviewSummary, reviewer, pull } = bead.request;
  return order(contracts.reviewPull, `bead/${bead.bead}`, {
    rig: bead.rig ?? "",
    number: known(pull ?? undefined, `the pull request of ${bead.bead}`).number,
    reviewer: `agent:${reviewer}`,
    verdict: review === "approved" ? "approve" : "request_changes",
    body: reviewSummary ?? "",
    ...(reviewHead === null ? {} : { expectedHead: reviewHead }),
  });
}
