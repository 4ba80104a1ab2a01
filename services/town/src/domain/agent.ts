import type { AgentModel, AgentRole, AgentView, EndCause } from "@gastown/contracts";
import type { Trace } from "./trace.ts";

/** What is known of the process of an agent's last start. Liveness, not work: `status` and `hook` say that (W28). */
export type Process =
  | { readonly state: "none" }
  /** Asked for; `askedAt` is the last time. */
  | { readonly state: "starting"; readonly askedAt: number }
  | { readonly state: "running" }
  /** The dispatcher told so; an exit with its cause, if it was told. */
  | { readonly state: "ended"; readonly how: "exited" | "failed"; readonly reason: string; readonly cause?: EndCause }
  /** Silent for too long: taken for ended. */
  | { readonly state: "lost" };

export interface Agent {
  readonly agent: string;
  readonly name: string;
  readonly identity: string;
  readonly role: AgentRole;
  readonly rig: string | null;
  readonly status: AgentView["status"];
  /** The bead it is hooked to. */
  readonly hook: string | null;
  /** Counts its starts; what is told about an older one changes nothing. */
  readonly generation: number;
  readonly process: Process;
  readonly aliveAt: number | null;
  readonly activeAt: number | null;
  /** The bead of its last dispatch: what it uses is counted for that one, even after it let go. */
  readonly workedOn: string | null;
  /** Since when it works: it was sent then, or later began to run; null once that time was counted. */
  readonly dispatchedAt: number | null;
  /** What this start has used so far, as told last. */
  readonly used: { readonly tokens: number; readonly microUsd: number };
  /** A tool ran when it was last heard of. */
  readonly busy: boolean;
  /** When it was found stalled; null when it is not. */
  readonly stalledAt: number | null;
  /** When it was last nudged for doing nothing, by tier. */
  readonly nudgedAt: { readonly warn: number | null; readonly escalate: number | null };
  /** When the dispatcher was last asked to stop this generation. */
  readonly stopAskedAt: number | null;
  readonly statusMessage: string | null;
  /** What its last start was told to have, and what was told of that; null before its first start. */
  readonly model: AgentModel | null;
  readonly duty: Duty;
  /** Of the bead it was hooked to last. */
  readonly trace: Trace | null;
  readonly createdAt: number;
  readonly version: number;
}

/** What is known of a mayor, who works on no bead. Others have `noDuty`. */
export interface Duty {
  /** Since when somebody wants it to run although nothing is to be said to it; null once it runs. */
  readonly wantedAt: number | null;
  /** When it last began to work: what was seen earlier does not say that its turn is over (kilo-town §7.4). */
  readonly workingSince: number | null;
  /** Starts in a row that failed or ended by themselves, with no turn that was over: they lengthen the wait. */
  readonly setbacks: number;
  /** Its last turn was cut off: its next start is told to go on. */
  readonly cutOff: boolean;
}
export const noDuty: Duty = { wantedAt: null, workingSince: null, setbacks: 0, cutOff: false };

/** It may be running: nobody said that it ended and it is not silent for too long. */
export function mayRun(agent: Pick<Agent, "process">): boolean {
  return agent.process.state === "starting" || agent.process.state === "running";
}

/** Nothing shows that its last start ever ran: nobody said so, and it neither did nor used anything (W8). */
export function neverRan({ process, activeAt, used }: Agent): boolean {
  const told = process.state === "starting" || (process.state === "ended" && process.how === "failed");
  return told && activeAt === null && used.tokens === 0;
}

/** The part of a branch name that says whose it is (kilo-container-api §4.5). */
export function agentSlug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/-{2,}/g, "-")
    .replaceAll(/^-|-$/g, "");
}
