import type { Limits } from "./limits.ts";
import type { Seen } from "./seen.ts";
import type { Time, TownState } from "./state.ts";

/** What the dispatcher may do to the world. Everything is named so that doing it twice is harmless. */
export type Action =
  /** What a dead, or older, container left behind: its processes and its record. */
  | { kind: "kill-leftovers"; container: string }
  /** The current container is alive and not well: end it. `drain`: it shows life, so that what it runs is saved first, if it can. */
  | { kind: "kill-container"; container: string; reason: string; drain: boolean }
  | { kind: "start-container"; container: string; generation: number }
  /** All places for containers are taken: the town waits for one. */
  | { kind: "await-place" }
  /** The container has nothing to do, and another town waits for its place. */
  | { kind: "yield-container"; container: string }
  /** Nobody uses the container. */
  | { kind: "stop-idle-container"; reason: string }
  | { kind: "start-agent"; agent: string; generation: number }
  /** `force`: it was asked before, and has had its time. */
  | { kind: "stop-agent"; agent: string; generation: number; reason: string; force: boolean }
  /** Ask the agent's host to say these, in this order. */
  | { kind: "give-nudges"; agent: string; nudges: readonly string[] }
  /** Ask the agent's host for the model that is wished for it. */
  | { kind: "change-model"; agent: string; generation: number }
  /** Have the container get the town's mayor ready for its next start. */
  | { kind: "prewarm-mayor"; container: string }
  /** Give the container the newest key for the model service. */
  | { kind: "give-model-key" }
  /** Tell the town that these wished starts are not lost but wait for a place, a container, or their server. */
  | { kind: "vouch"; agents: readonly string[] };

export interface Plan {
  /** In the order in which they are to be done. */
  readonly actions: readonly Action[];
  /** The earliest moment at which looking again could change anything by itself; null: only a message or an exit can. */
  readonly nextLookAt: Time | null;
}

/** What each part of the plan is made from. `looks` collects the moments of interest. */
export interface Planning {
  readonly state: TownState;
  readonly seen: Seen;
  readonly now: Time;
  readonly limits: Limits;
  readonly actions: Action[];
  readonly looks: Time[];
}
