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
  | { readonly do: "revive"; readonly agent: string }
  | { readonly do: "remove-agent"; readonly agent: string; readonly reason: string }
  | { readonly do: "announce-mail"; readonly agent: string; readonly beads: readonly string[] }
  | { readonly do: "deliver-nudge"; readonly nudge: string; readonly agent: string }
  | {
      readonly do: "settle-nudge";
      readonly nudge: string;
      readonly agent: string;
      readonly state: "expired" | "failed";
      readonly reason: string;
    }
  | {
      readonly do: "repair";
      readonly invariant: string;
      readonly bead: string | null;
      readonly agent: string | null;
      readonly how: "release" | "unhook" | "reopen" | "fail";
      readonly reason: string;
    };
