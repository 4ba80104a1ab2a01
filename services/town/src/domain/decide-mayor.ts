import type { EnsuredMayor, MayorSeen } from "@gastown/contracts";
import { mayRun, type Agent } from "./agent.ts";

/** What is known when somebody opens the town. */
export interface MayorFacts {
  /** Undefined: the town has none yet. */
  readonly mayor: Pick<Agent, "generation" | "status" | "process"> | undefined;
  /** What the dispatcher says of its newest start; null when it does not know. */
  readonly seen: MayorSeen | null;
  /** The town is stopped, or has used up its budget. */
  readonly held: boolean;
}

/** What becomes of the mayor. */
export interface MayorPlan extends Omit<EnsuredMayor, "agent"> {
  /** It is to be started. */
  readonly start: boolean;
  /** What the town takes for its running start is over. */
  readonly over: boolean;
}

/**
 * The decision table of kilo-town §7.1. A start of which nothing is heard yet is under way and not asked for again here; when the
 * dispatcher knows nothing, the town goes by what it was told last.
 */
export function decideMayor({ mayor, seen, held }: MayorFacts): MayorPlan {
  const found = mayor === undefined ? "gone" : find(mayor, seen);
  const plan = table[found];
  // Step 5, where a town cannot run anybody.
  if (held) return { ...idle, decisions: plan.decisions.filter((label) => label === "sdk_dead_redispatch") };
  return { ...plan, over: plan.start && mayor !== undefined && mayRun(mayor) };
}

const idle = { start: false, over: false, status: "idle" } as const;

/** Step 2, with what the town was told before: how its newest start is. */
type Found = "warm" | "idle" | "starting" | "torn_down" | "gone";

const table: { readonly [F in Found]: MayorPlan } = {
  // 3a
  warm: { ...idle, status: "active", decisions: ["short_circuit_warm"] },
  // 3b
  idle: { ...idle, decisions: ["short_circuit_idle"] },
  starting: { ...idle, status: "starting", decisions: [] },
  // 4, then 6 and 7
  torn_down: { ...idle, start: true, status: "starting", decisions: ["sdk_dead_redispatch", "fresh_dispatch"] },
  // 1, 6 and 7
  gone: { ...idle, start: true, status: "starting", decisions: ["fresh_dispatch"] },
};

function find({ generation, status, process }: NonNullable<MayorFacts["mayor"]>, seen: MayorSeen | null): Found {
  const own = seen?.generation === generation ? seen : null;
  if (answers(process, own)) return resting.has(status) ? "idle" : "warm";
  if (process.state === "starting") return "starting";
  return own?.alive === true ? "torn_down" : "gone";
}

function answers({ state }: Agent["process"], own: MayorSeen | null): boolean {
  return own === null ? state === "running" : own.alive && own.session;
}

const resting: ReadonlySet<Agent["status"]> = new Set(["idle", "dead"] as const);
