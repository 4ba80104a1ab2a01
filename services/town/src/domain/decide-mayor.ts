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
 * The decision table of kilo-town §7.1, its steps in the comments. A start of which nothing is heard yet is under way and not asked
 * for again here; when the dispatcher knows nothing, the town goes by what it was told last.
 */
export function decideMayor({ mayor, seen, held }: MayorFacts): MayorPlan {
  const start = { start: true, status: "starting" } as const;
  const idle: MayorPlan = { start: false, over: false, status: "idle", decisions: [] };
  // 1, 6
  if (mayor === undefined) return held ? idle : { ...start, over: false, decisions: ["fresh_dispatch"] };
  const { state } = mayor.process;
  const own = seen?.generation === mayor.generation ? seen : null;
  const alive = own === null ? state === "running" : own.alive;
  const answers = alive && (own === null || own.session);
  if (held) {
    // 4, then 5
    return alive && !answers && state !== "starting" ? { ...idle, decisions: ["sdk_dead_redispatch"] } : idle;
  }
  // 3a, 3b
  if (answers) return mayor.status === "idle" || mayor.status === "dead" ? asleep : awake;
  if (state === "starting") return { start: false, over: false, status: "starting", decisions: [] };
  const over = mayRun(mayor);
  // 4, 6
  if (alive) return { ...start, over, decisions: ["sdk_dead_redispatch", "fresh_dispatch"] };
  return { ...start, over, decisions: ["fresh_dispatch"] };
}

const awake: MayorPlan = { start: false, over: false, status: "active", decisions: ["short_circuit_warm"] };
const asleep: MayorPlan = { start: false, over: false, status: "idle", decisions: ["short_circuit_idle"] };
