import type { CareDecision } from "./decisions/care-decision.ts";
import type { ConvoyDecision } from "./decisions/convoy-decision.ts";
import type { HelpDecision } from "./decisions/help-decision.ts";
import type { MayorDecision } from "./decisions/mayor-decision.ts";
import type { SafetyDecision } from "./decisions/safety-decision.ts";

/** All that rules may ask for. Plain data: `carryOut` turns it into changes, `commandsOf` into commands to other services. */
export type Decision = WorkDecision | ConvoyDecision | CareDecision | HelpDecision | MayorDecision | SafetyDecision;

type WorkDecision =
  | { readonly do: "register-rig"; readonly rig: string }
  /** `agent` null: a new polecat. */
  | { readonly do: "assign"; readonly bead: string; readonly agent: string | null }
  /** `requests`: its merge requests, which fail with it. */
  | {
      readonly do: "fail-bead";
      readonly bead: string;
      readonly requests: readonly string[];
      readonly code: string;
      readonly message: string;
    }
  | { readonly do: "dispatch"; readonly bead: string; readonly agent: string }
  /** The same start once more: nothing was heard of it. */
  | { readonly do: "ask-start-again"; readonly bead: string; readonly agent: string }
  /** `lost`: the agent is silent, so its process is given up as well. */
  | {
      readonly do: "release";
      readonly bead: string;
      readonly agent: string | null;
      readonly reason: string;
      readonly lost: boolean;
      /** The start never ran or was lost with its container: it does not count as an attempt (W8). */
      readonly setback: boolean;
    }
  | { readonly do: "unhook"; readonly agent: string; readonly reason: string }
  | { readonly do: "give-up-agent"; readonly agent: string }
  | { readonly do: "stop-agent"; readonly agent: string; readonly reason: string }
  | { readonly do: "open-pull"; readonly bead: string }
  /** `agent` null: the rig has no refinery yet. */
  | { readonly do: "hook-refinery"; readonly bead: string; readonly agent: string | null }
  | { readonly do: "park-review"; readonly bead: string }
  | { readonly do: "tell-review"; readonly bead: string }
  | { readonly do: "merge"; readonly bead: string; readonly source: string | null; readonly head: string }
  | {
      readonly do: "rework";
      readonly bead: string;
      readonly source: string;
      /** The refinery that reads the merge request now, and is let go. */
      readonly reader: string | null;
      readonly head: string;
      readonly reason: string;
      readonly feedback: string;
    }
  /** `requests`: the other merge requests of its source. */
  | {
      readonly do: "close-merged";
      readonly bead: string;
      readonly source: string | null;
      readonly requests: readonly string[];
    }
  | {
      readonly do: "end-abandoned";
      readonly bead: string;
      readonly source: string | null;
      readonly requests: readonly string[];
    }
  | { readonly do: "unblock"; readonly bead: string }
  | { readonly do: "close-pull"; readonly bead: string };

export type DecisionOf<D extends Decision["do"]> = Extract<Decision, { readonly do: D }>;

/** The bead, agent and rig a decision names; null where it names none. */
export function namesOf(decision: Decision): { bead: string | null; agent: string | null; rig: string | null } {
  const { bead = null, agent = null, rig = null } = decision as Partial<Named>;
  return { bead, agent, rig };
}

/** The beads, agents, rigs and nudges a decision changes: no two decisions of one pass may share one (W9). */
export function aggregatesOf(decision: Decision): string[] {
  const named = decision as Partial<Named>;
  const one = [named.bead, named.agent, named.source, named.reader, named.nudge];
  const ids = [...one, ...(named.requests ?? []), ...(named.beads ?? [])].filter(
    (id) => id !== null && id !== undefined,
  );
  // A rig alone is told apart from beads by its word; beside a bead it only says where.
  if (ids.length > 0) return ids;
  return [named.rig === null || named.rig === undefined ? "town" : `rig ${named.rig}`];
}

interface Named {
  readonly bead: string;
  readonly agent: string | null;
  readonly source: string | null;
  readonly reader: string | null;
  readonly nudge: string;
  readonly rig: string | null;
  readonly requests: readonly string[];
  readonly beads: readonly string[];
}
