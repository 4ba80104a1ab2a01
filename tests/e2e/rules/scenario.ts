import { expect } from "vitest";
import { type Policy, type RigOptions, type ScenarioTown, shows } from "./scenario-town.ts";

/** What brings about the effects of rules in a town of its own, and where they show. */
export interface Scenario {
  policy?: Policy;
  /** How its rig `app` is made; null: the scenario makes its own. */
  rig?: RigOptions | null;
  /** It writes into the town's tables, so that they are not what follows from its inputs. */
  damages?: boolean;
  /** By the name of the rule, or obstacle: ends when its effect was seen. One goes on where the one before it ended. */
  effects: Readonly<Record<string, (town: ScenarioTown, damage: Damage) => Promise<void>>>;
}

/** Writes into the town's tables what no request can bring about. */
type Damage = (statement: string, values: unknown[]) => Promise<unknown>;

/** Scenarios by the names of their towns. */
export type Scenarios = Readonly<Record<string, Scenario>>;

/** A work item whose agent never does anything. */
export const hanging = { title: "Nobody gets on with this", body: "@hang" };
/** A work item that is done in one commit. */
export const writing = { title: "Write a note", body: "@write note.txt hello" };
/** Whatever comes of a bead, nobody is sent twice. */
export const once: Policy = { budgetBeadDispatches: 1 };
/** Nobody is sent at all. */
export const nobody: Policy = { budgetTownDispatches: 0 };

/** The one bead that people made. */
export async function theBead(town: ScenarioTown): Promise<string> {
  const [bead] = await shows(
    () => town.beads({ kind: ["task"] }),
    (found) => expect(found).toHaveLength(1),
  );
  return bead?.bead ?? "";
}

/** The one agent whose process runs. */
export async function theAgent(town: ScenarioTown): Promise<string> {
  const [agent] = await shows(
    () => town.running(),
    (running) => expect(running).toHaveLength(1),
  );
  return agent ?? "";
}

/** No process of an agent runs any more. */
export async function nobodyRuns(town: ScenarioTown): Promise<void> {
  await shows(
    () => town.running(),
    (running) => expect(running).toEqual([]),
  );
}
