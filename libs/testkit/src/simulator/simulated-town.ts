import type { Command, DataOf } from "@gastown/contracts";

/** A command the town sends to another service. */
export interface SimulatedOrder<C extends Command = Command> {
  readonly command: C;
  readonly data: DataOf<C>;
}

/** What became of a command. */
export interface SimulatedVerdict {
  readonly outcome: "applied" | "refused" | "terminal";
  readonly code?: string;
  /** What it asks of other services at once. */
  readonly orders: readonly SimulatedOrder[];
}

/** A bead as properties look at it. */
export interface SimulatedBead {
  readonly bead: string;
  readonly type: string;
  readonly kind: string | null;
  readonly status: string;
  readonly rig: string | null;
  readonly assignee: string | null;
  readonly convoy: string | null;
  /** For a merge request: what it hands in, and the branch it asks to merge. */
  readonly source: string | null;
  readonly branch: string | null;
}

export interface SimulatedAgent {
  readonly agent: string;
  readonly role: string;
  readonly rig: string | null;
  readonly status: string;
  readonly hook: string | null;
  readonly generation: number;
}

/** A voice of a rule about a bead it leaves alone. */
export interface SimulatedReason {
  readonly bead: string;
  readonly rule: string;
  readonly until: number | null;
  readonly movesWhen: string;
}

/** All that properties may look at. */
export interface SimulatedView {
  readonly stopped: boolean;
  readonly beads: readonly SimulatedBead[];
  readonly agents: readonly SimulatedAgent[];
  /** What is to be said to a mayor and was not yet. */
  readonly unsaid: readonly string[];
  readonly caps: { readonly perRig: number; readonly perTown: number };
}

/**
 * The town under simulation, as the world around it knows it: commands go in, orders come out, and nothing else. What stands
 * behind it is the real domain of the town service; only the world is made up.
 */
export interface SimulatedTown {
  tell(command: Command, data: unknown, by: { actor: string; now: number }): SimulatedVerdict;
  /** Lets the rules look; `settled` is false when they decide for ever. */
  look(now: number): {
    readonly orders: readonly SimulatedOrder[];
    readonly nextLook: number | null;
    readonly settled: boolean;
    readonly reasons: readonly SimulatedReason[];
  };
  view(): SimulatedView;
}
