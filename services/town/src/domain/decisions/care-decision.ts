/** How a state that must not be is left. */
export type Repair =
  /** The agent has no bead and is idle. */
  | "unhook"
  /** The bead is open again and has no agent. */
  | "release"
  /** The bead names nobody any more. */
  | "unassign"
  /** The bead is open: it has a status that its type does not know. */
  | "reset"
  /** The message is closed: it is for nobody. */
  | "close";

/** What the rules that look after agents ask for. */
export type CareDecision =
  | {
      readonly do: "warn-stuck";
      readonly agent: string;
      readonly bead: string;
      readonly tier: "warn" | "escalate";
      readonly idleMs: number;
    }
  | { readonly do: "stall"; readonly agent: string; readonly bead: string; readonly idleMs: number }
  | { readonly do: "revive"; readonly agent: string; readonly reason: string }
  /** `beads`: its unread mail. */
  | {
      readonly do: "remove-agent";
      readonly agent: string;
      readonly beads: readonly string[];
      readonly reason: string;
    }
  | { readonly do: "announce-mail"; readonly agent: string; readonly beads: readonly string[] }
  | { readonly do: "deliver-nudge"; readonly nudge: string; readonly agent: string }
  | {
      readonly do: "settle-nudge";
      readonly nudge: string;
      readonly state: "expired" | "failed";
      readonly reason: string;
    }
  | {
      readonly do: "repair";
      readonly invariant: string;
      readonly how: Repair;
      /** What it is about, in words. */
      readonly reason: string;
      readonly bead: string | null;
      readonly agent: string | null;
    };
