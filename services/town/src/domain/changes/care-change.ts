import type { BeadStatus, NudgeView, RescuedWork } from "@gastown/contracts";
import type { Agent } from "../agent.ts";
import type { Nudge } from "../nudge.ts";

/** What happens when agents are looked after. */
export type CareChange =
  | { readonly type: "nudge.queued"; readonly nudge: Nudge }
  /** The dispatcher was asked to say it. */
  | { readonly type: "nudge.asked"; readonly nudge: string; readonly agent: string }
  | {
      readonly type: "nudge.settled";
      readonly nudge: string;
      readonly agent: string;
      readonly state: NudgeView["state"];
      readonly reason: string;
    }
  /** Its reader was told that it is there. */
  | { readonly type: "mail.announced"; readonly bead: string; readonly agent: string }
  /** It has done nothing for long (kilo-town §3.6). */
  | {
      readonly type: "agent.stuck";
      readonly agent: string;
      readonly bead: string;
      readonly tier: "warn" | "escalate" | "stop";
      readonly idleMs: number;
    }
  /** It was found stalled; its process is stopped. */
  | {
      readonly type: "agent.stalled";
      readonly agent: string;
      readonly from: Agent["status"];
      readonly reason: string;
    }
  /** It has rested and may work again. */
  | { readonly type: "agent.revived"; readonly agent: string; readonly reason: string }
  /** It and what was said or written to it and not heard are gone; its bead is too. */
  | { readonly type: "agent.removed"; readonly agent: string; readonly name: string; readonly reason: string }
  | {
      readonly type: "invariant.violated";
      readonly invariant: string;
      /** Beads and agents. */
      readonly about: readonly string[];
      readonly repair: string;
    }
  /** Work for it would have been lost, and is on a branch of the forge now. */
  | ({ readonly type: "work.rescued"; readonly bead: string } & Readonly<Omit<RescuedWork, "bead">>)
  /** It is open: it had a status that beads of its type never have. */
  | { readonly type: "bead.reset"; readonly bead: string; readonly from: BeadStatus; readonly reason: string };
