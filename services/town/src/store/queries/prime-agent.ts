import type { ReplyOf, primeAgent as query } from "@gastown/contracts";
import type { Tx } from "@gastown/db";
import { and, count, eq, isNull, or, sql } from "@gastown/db/drizzle";
import { isWork, type Bead } from "../../domain/bead.ts";
import { findBeads, loadBeads } from "../load-beads.ts";
import { beads } from "../schema/beads.ts";
import { beadViews } from "./bead-views.ts";
import { getAgent } from "./get-agent.ts";

const beadsShown = 20;

/** What an agent needs to begin; null when there is no such agent. Its mail is only counted: taking it is a command. */
export async function primeAgent(tx: Tx, town: string, id: string): Promise<ReplyOf<typeof query> | null> {
  const agent = await getAgent(tx, town, id);
  if (agent === null) return null;
  const [hooked] = agent.hook === null ? [] : await loadBeads(tx, town, [agent.hook]);
  const ofRig = agent.rig === null ? isNull(beads.rig) : or(eq(beads.rig, agent.rig), isNull(beads.rig));
  // Steps and questions are nobody's work: they would only take the room of what is.
  const idle = sql`${beads.kind} in ('step', 'triage-request')`;
  const live = sql`${beads.status} in ('open', 'in_progress') and ${beads.type} not in ('agent', 'message') and not coalesce(${idle}, false)`;
  const around = await findBeads(tx, town, { condition: and(ofRig, live), limit: beadsShown });
  const [mail] = await tx
    .select({ n: count() })
    .from(beads)
    .where(and(eq(beads.town, town), eq(beads.type, "message"), eq(beads.assignee, id), eq(beads.status, "open")));
  const [hook] = hooked === undefined ? [] : await beadViews(tx, town, [hooked]);
  return {
    agent,
    hook: hook ?? null,
    ...leftBehind(hooked),
    unreadMail: mail?.n ?? 0,
    beads: await beadViews(tx, town, around),
  };
}

function leftBehind(bead: Bead | undefined): { checkpoint: Record<string, unknown> | null; feedback: string | null } {
  if (bead === undefined || !isWork(bead)) return { checkpoint: null, feedback: null };
  return { checkpoint: bead.checkpoint, feedback: bead.type === "issue" ? bead.feedback : null };
}
