import type { Policy, RigOptions, ScenarioTown } from "./scenario-town.ts";

/** What brings about the effect of one rule in a town of its own, and where it shows. */
export interface Scenario {
  policy?: Policy;
  /** How its rig `app` is made; null: the scenario makes its own. */
  rig?: RigOptions | null;
  /** It writes into the town's tables, so that they are not what follows from its inputs. */
  damages?: boolean;
  /** Ends when the effect was seen. */
  run: (town: ScenarioTown, damage: Damage) => Promise<void>;
}

/** Writes into the town's tables what no request can bring about. */
type Damage = (statement: string, values: unknown[]) => Promise<unknown>;

export type Scenarios = Readonly<Record<string, Scenario>>;

/** A work item whose agent never does anything. */
export const hanging = { title: "Nobody gets on with this", body: "@hang" };
/** A work item whose agent ends without a result. */
export const failing = { title: "Nothing comes of this", body: "@quiet" };
/** A work item that is done in one commit. */
export const writing = { title: "Write a note", body: "@write note.txt hello" };
/** Whatever comes of a bead, nobody is sent twice. */
export const once: Policy = { budgetBeadDispatches: 1 };
/** Nobody is sent at all. */
export const nobody: Policy = { budgetTownDispatches: 0 };
