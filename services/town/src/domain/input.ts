import type { BeadStatus, BeadType, Command, DataOf, VerdictCode } from "@gastown/contracts";
import type { Change } from "./change.ts";
import type { TownState } from "./state.ts";
import type { Trace } from "./trace.ts";

/** What surrounds an input: read once at the edge, then only passed on. */
export interface Context {
  readonly town: string;
  readonly now: number;
  /** Who asks. */
  readonly actor: string;
  /** The id of the command. */
  readonly cause: string;
  readonly trace: Trace;
  /** For a town that is to be made: the number of its first bead, when it is not 1 because there was a town of this id. */
  readonly firstNumber?: number;
}

/** The rows an input has to see; the store loads no others. Ids that do not exist are simply not in the state. */
export interface Needs {
  readonly rigs?: readonly string[] | "all";
  /** Just these beads. */
  readonly beads?: readonly string[];
  /** These beads with all around them: their rig and its agents, source, live merge requests and blockers. */
  readonly around?: readonly string[];
  /** These beads and whatever they wait for, however far. */
  readonly dependenciesOf?: readonly string[];
  readonly agents?: readonly string[] | "all";
  /** These agents with the beads they are hooked to or worked on last. */
  readonly hooksOf?: readonly string[];
  /** The undelivered mail of this agent. */
  readonly mailOf?: string;
  /** These convoys with all their beads, merge requests, rigs and crews. */
  readonly convoys?: readonly string[];
  /** These molecules with their source and steps. */
  readonly molecules?: readonly string[];
  readonly nudges?: readonly string[];
  /** These beads with all below them, whatever refers to them, and the agents, nudges and mail that are theirs. */
  readonly treesOf?: readonly string[];
  /** The same of the first `limit` beads (by number) for which all this holds. */
  readonly treesWhere?: TreesWhere;
  /** The same of everything in this rig, with the convoys that land in it. */
  readonly treesIn?: string;
  /** Where the numbers of the town of this id that was deleted ended: told as `firstNumber`. */
  readonly formerTown?: boolean;
  /** The triage requests that are open. */
  readonly openTriage?: boolean;
  /** This triage request with the bead (and its merge requests), agents and escalation it is about, and the live batches. */
  readonly triage?: string;
}

/** Which beads; agents' are never meant. */
export interface TreesWhere {
  readonly status: readonly BeadStatus[];
  /** Absent: whatever rig, or none. */
  readonly rig?: string | undefined;
  readonly type?: readonly BeadType[] | undefined;
  readonly limit: number;
}

/** What an input comes to. `refused`: not in this state. `terminal`: never, because what it is about does not exist. */
export type Decided =
  | {
      readonly outcome: "applied";
      readonly changes: readonly Change[];
      readonly result?: Readonly<Record<string, unknown>>;
    }
  | { readonly outcome: "refused"; readonly code: VerdictCode; readonly message: string }
  | { readonly outcome: "terminal"; readonly code: VerdictCode; readonly message: string };

/** How one command is decided. */
export interface Input<C extends Command = Command> {
  readonly command: C;
  needs(data: DataOf<C>): Needs;
  decide(state: TownState | null, data: DataOf<C>, context: Context): Decided;
}

interface InputOfTown<C extends Command> {
  readonly command: C;
  needs(data: DataOf<C>): Needs;
  decide(state: TownState, data: DataOf<C>, context: Context): Decided;
}

/** An input about a town that exists; terminal when it does not. */
export function defineInput<C extends Command>(input: InputOfTown<C>): Input<C> {
  return {
    command: input.command,
    needs: (data) => input.needs(data),
    decide: (state, data, context) =>
      state === null
        ? notFound("town_not_found", `there is no town ${context.town}`)
        : input.decide(state, data, context),
  };
}

/** It is done, and these are the changes; none when it was so already. */
export function applied(changes: readonly Change[], result?: Readonly<Record<string, unknown>>): Decided {
  return result === undefined ? { outcome: "applied", changes } : { outcome: "applied", changes, result };
}

type NotFoundCode = Extract<VerdictCode, `${string}_not_found`>;

/** It cannot be done in this state; `message` says what the asker can do. */
export function refused(code: Exclude<VerdictCode, NotFoundCode | "unknown_message">, message: string): Decided {
  return { outcome: "refused", code, message };
}

/** It can never be done: what it names does not exist. */
export function notFound(code: NotFoundCode, message: string): Decided {
  return { outcome: "terminal", code, message };
}

/** The refusal of somebody who acts for an agent that he is not; null when it is his own, or a person or service acts. */
export function refuseStranger(context: Context, agent: string): Decided | null {
  const stranger = context.actor.startsWith("agent:") && context.actor !== `agent:${agent}`;
  return stranger ? refused("invalid", `${context.actor} cannot speak for agent ${agent}`) : null;
}
