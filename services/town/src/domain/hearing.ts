import type { Agent } from "./agent.ts";
import type { Nudge } from "./nudge.ts";

/** It can be told something now: its process runs and it is at work, or waits for its next turn. */
export function hears({ status, process }: Agent): boolean {
  return process.state === "running" && (status === "working" || status === "waiting");
}

/** The dispatcher was asked to say it to the agent's present start; what was asked of an earlier start counts no more. */
export function isAsked(nudge: Nudge, agent: Agent): boolean {
  return nudge.askedAt !== null && nudge.askedAt >= (agent.dispatchedAt ?? 0);
}
