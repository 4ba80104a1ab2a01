/** All that rules may ask for. Plain data: `carryOut` turns it into changes, `commandsOf` into commands to other services. */
export type Decision =
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
    }
  | { readonly do: "unhook"; readonly agent: string; readonly reason: string }
  | { readonly do: "give-up-agent"; readonly agent: string }
  | { readonly do: "stop-agent"; readonly agent: string; readonly reason: string }
  | { readonly do: "open-pull"; readonly bead: string }
  /** `agent` null: the rig has no refinery yet. */
  | { readonly do: "hook-refinery"; readonly bead: string; readonly agent: string | null }
  | { readonly do: "park-review"; readonly bead: string }
  | { readonly do: "tell-review"; readonly bead: string }
  | { readonly do: "merge"; readonly bead: string; readonly source: string; readonly head: string }
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
      readonly source: string;
      readonly requests: readonly string[];
    }
  | {
      readonly do: "end-abandoned";
      readonly bead: string;
      readonly source: string;
      readonly requests: readonly string[];
    }
  | { readonly do: "unblock"; readonly bead: string }
  | { readonly do: "close-pull"; readonly bead: string };

export type DecisionOf<D extends Decision["do"]> = Extract<Decision, { readonly do: D }>;

/** The beads, agents and rigs a decision changes: no two decisions of one pass may share one (W9). */
export function aggregatesOf(decision: Decision): string[] {
  // Bead ids and agent ids have a dash and a number behind it; a rig's is told apart by its word.
  if (decision.do === "register-rig") return [`rig ${decision.rig}`];
  const { bead = null, agent = null, source = null, reader = null, requests = [] } = decision as Partial<Named>;
  return [bead, agent, source, reader, ...requests].filter((id) => id !== null);
}

interface Named {
  readonly bead: string;
  readonly agent: string | null;
  readonly source: string;
  readonly reader: string | null;
  readonly requests: readonly string[];
}
