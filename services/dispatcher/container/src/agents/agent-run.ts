import type { EndCause, Job, StartDetails } from "@gastown/contracts";
import type { TraceCarrier } from "@gastown/telemetry";
import type { Usage } from "../model/count-usage.ts";
import type { AgentUser } from "../users/agent-user.ts";
import type { ModelWishes } from "./model-wishes.ts";
import type { Nudges } from "./nudges.ts";

/** How a model's provider answered. */
export interface ModelAnswer {
  /** The HTTP status of the newest answer. */
  status: number;
  /** It gave an answer once, to any call. */
  accepted: boolean;
}

/** One start of one agent, from the job to its end. What changes while it runs is changed here and nowhere else. */
export interface AgentRun {
  readonly job: Job;
  /**
   * What its programs show to this host; it decides who they are. Of no use anywhere else. Changed once, before its server
   * is used, when that server was there before it.
   */
  token: string;
  /** As whom all runs that is its own: its programs, and what the host does in its places. Null: the host's own user. */
  readonly user: AgentUser | null;
  readonly worktree: string;
  readonly home: string;
  /** What its programs see of the world, git among them. No secret but the means to show its own token. */
  readonly env: Record<string, string>;
  /** What people gave to it besides, in clear: for its server and that one's tools, and for nothing of the host's own. */
  readonly variables: Record<string, string>;
  /** What its turns have now. */
  model: string;
  /** All its servers may ask for: two while it is changed. */
  readonly models: Set<string>;
  readonly modelWishes: ModelWishes;
  /** What the provider answered to its newest call for each model, by the host's model service. */
  readonly answers: Map<string, ModelAnswer>;
  readonly usage: Usage;
  /** Aborted when it has to end; the reason is an `Ending`. */
  readonly stop: AbortController;
  /** Aborted when its end takes too long: what may be left out of it is. */
  readonly force: AbortController;
  readonly nudges: Nudges;
  state: "starting" | "running" | "stopping";
  /** How its start went; null while it has not come to anything. */
  started: StartDetails | null;
  /** The context of its start: what it causes belongs to the same trace. */
  trace: TraceCarrier;
  /** Its process was last seen alive. */
  aliveAt: Date;
  /** It last did something; null before its first turn. */
  activeAt: Date | null;
  /** A person last typed into one of its terminals; null before that. An open terminal alone is no use. */
  usedAt: Date | null;
  /** One of its tools ran when its server was last looked at. */
  busy: boolean;
  /** It was in a turn then. */
  inTurn: boolean;
  /** Its gt_done was accepted, or can never be. `handedIn`: what it did is on its way and must not change any more. */
  done: { at: Date; text: string; handedIn: boolean } | null;
}

/** Why a run is made to end, and what its report says. */
export interface Ending {
  reason: string;
  /** What the town's rules go by. */
  cause: EndCause;
}

/** Tells a run to end; only the first telling counts. */
export function endRun(run: AgentRun, ending: Ending): void {
  if (!run.stop.signal.aborted) run.stop.abort(ending);
}

/** What the run was told to end with; null while it may go on. */
export function endingOf(run: AgentRun): Ending | null {
  return run.stop.signal.aborted ? (run.stop.signal.reason as Ending) : null;
}

/** Fields of log lines about a run. */
export function logFields({ job }: AgentRun): object {
  return { agent: job.agent, generation: job.generation, rig: job.rig?.rig ?? null, bead: job.bead.bead };
}
