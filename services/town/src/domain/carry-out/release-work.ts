import type { Agent } from "../agent.ts";
import type { Work } from "../bead.ts";
import type { Change } from "../change.ts";
import { escalate } from "../endings.ts";
import { policyIn, type TownState } from "../state.ts";
import type { By } from "./carried.ts";
import { theWork } from "./carried.ts";

interface Released {
  readonly bead: string;
  readonly agent: string | null;
  readonly reason: string;
  /** The agent is silent, so its process is given up as well. */
  readonly lost: boolean;
  readonly setback: boolean;
}

/** The work is open and has no agent, its branch stays; a merge request that was being read is unread. */
export function releaseWork(state: TownState, released: Released): Change[] {
  const { bead, agent: id, reason, lost, setback } = released;
  const work = theWork(state, bead);
  const agent = agentOn(state, released);
  const own = agent === undefined ? [] : letGo(agent, reason, lost);
  const read = work.type === "merge_request" && work.request.review === "requested";
  return [
    ...(work.status === "open"
      ? []
      : [{ type: "bead.status-changed", bead, from: work.status, to: "open", reason } as const]),
    ...(id === null ? [] : [{ type: "bead.released", bead, agent: id, reason, setback } as const]),
    ...own,
    ...(read ? [{ type: "review.withdrawn", bead, reason } as const] : []),
  ];
}

/**
 * What goes before the release when the agent is at work on it: its run brought nothing, which the breaker counts, and people
 * are told when as many starts as the policy says never ran or were lost (W8). Crossing the line tells, so it is told once.
 */
export function ofRun(state: TownState, released: Released, by: By): Change[] {
  const work = theWork(state, released.bead);
  if (agentOn(state, released) === undefined || work.status !== "in_progress" || work.rig === null) return [];
  const failed: Change = { type: "attempt.failed", bead: work.bead, rig: work.rig };
  const alarmed = released.setback && work.setbacks + 1 === policyIn(state, work.rig).setbackAlarm;
  return alarmed ? [failed, ...alarm(state, work, { ...by, reason: released.reason })] : [failed];
}

function alarm(state: TownState, work: Work, by: By & { readonly reason: string }): Change[] {
  const { bead, setbacks } = work;
  const title = `${bead} does not get to work: ${work.title}`;
  const body = `${setbacks + 1} starts since its last progress never ran or were lost with their container; the last one: ${by.reason}. It goes on trying with its cool-down and does not fail from this. Look at the containers of its rig.`;
  return escalate(state, work, { title, body, ...by });
}

function agentOn(state: TownState, { bead, agent: id }: Released): Agent | undefined {
  const agent = id === null ? undefined : state.agents.get(id);
  return agent?.hook === bead ? agent : undefined;
}

function letGo({ agent, status }: Agent, reason: string, lost: boolean): Change[] {
  return [
    ...(status === "idle" ? [] : [{ type: "agent.status-changed", agent, from: status, to: "idle", reason } as const]),
    ...(lost ? [{ type: "agent.lost", agent } as const] : []),
  ];
}
