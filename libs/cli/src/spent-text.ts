import type { Schema } from "@gastown/client";

type Spent = Schema<"Bead">["spent"];

/** `1 h 5 min`, `3 min`, `12 s`. */
function timeText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** What work has used, in words; null when it is nothing. */
export function spentText({ dispatches, agentMs, tokens, microUsd }: Spent): string | null {
  const parts = [
    dispatches === 0 ? null : `${dispatches} ${dispatches === 1 ? "dispatch" : "dispatches"}`,
    agentMs === 0 ? null : `${timeText(agentMs)} of agents`,
    tokens === 0 ? null : `${tokens} tokens`,
    microUsd === 0 ? null : `$${(microUsd / 1_000_000).toFixed(2)}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(", ");
}
