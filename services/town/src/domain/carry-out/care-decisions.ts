import type { Change } from "../change.ts";
import type { DecisionOf } from "../decision.ts";
import type { CareDecision, Repair } from "../decisions/care-decision.ts";
import { evolve } from "../evolve.ts";
import { newNudge } from "../new-nudge.ts";
import { requestTriage } from "../request-triage.ts";
import type { TownState } from "../state.ts";
import { mailText, stuckText } from "../nudge-texts.ts";
import { waitText } from "../time.ts";
import { agentDecisions } from "./agent-decisions.ts";
import { beadDecisions } from "./bead-decisions.ts";
import type { By, CarryOut } from "./carried.ts";
import { theAgent, theBead, theMessage, theNudge, theWork } from "./carried.ts";
import { releaseWork } from "./release-work.ts";

export const careDecisions: CarryOut<CareDecision["do"]> = {
  "warn-stuck"(state, decision, by) {
    const { agent: id, bead, tier, idleMs } = decision;
    const { trace } = theWork(state, bead);
    const message = stuckText(state, decision);
    const told = { agent: id, message, source: by.actor, trace, now: by.now };
    const changes: Change[] = [
      { type: "agent.stuck", agent: id, bead, tier, idleMs },
      { type: "nudge.queued", nudge: newNudge(state, { ...told, mode: "immediate", priority: "urgent" }) },
    ];
    return tier === "warn" ? changes : [...changes, ...askAbout(state, decision, { changes, by })];
  },
  stall(state, decision, by) {
    const { agent: id, bead, idleMs } = decision;
    const { name, status } = theAgent(state, id);
    const reason = `${name} did nothing for ${waitText(idleMs)}`;
    const released = beadDecisions.release(
      state,
      { do: "release", bead, agent: id, reason, lost: false, setback: false },
      by,
    );
    const changes: Change[] = [
      { type: "agent.stuck", agent: id, bead, tier: "stop", idleMs },
      // It is not idle: what still runs of it is stopped first.
      ...released.filter((change) => change.type !== "agent.status-changed"),
      { type: "agent.stalled", agent: id, from: status, reason },
    ];
    return [...changes, ...askAbout(state, decision, { changes, by })];
  },
  revive: (_state, { agent, reason }) => [{ type: "agent.revived", agent, reason }],
  "remove-agent"(state, { agent, beads, reason }) {
    const { name } = theAgent(state, agent);
    const why = `${name} was removed`;
    const said = [...state.nudges.values()].filter((nudge) => nudge.agent === agent && nudge.state === "pending");
    return [
      ...beads.map((bead) => closed(bead, why)),
      ...said.map(({ nudge }) => ({ type: "nudge.settled", nudge, agent, state: "expired", reason: why }) as const),
      { type: "agent.removed", agent, name, reason },
    ];
  },
  "announce-mail"(state, { agent, beads }, by) {
    const mail = beads.map((bead) => theMessage(state, bead));
    const message = mailText(mail);
    const [first] = mail;
    if (first === undefined) return [];
    const { trace } = first;
    // A mayor is told some time, whatever becomes of its starts (W16).
    const ttl = theAgent(state, agent).role === "mayor" ? { ttlMs: null } : {};
    const told = {
      ...ttl,
      agent,
      message,
      mode: "wait-idle",
      priority: "normal",
      source: by.actor,
      trace,
      now: by.now,
    } as const;
    return [
      ...beads.map((bead) => ({ type: "mail.announced", bead, agent }) as const),
      { type: "nudge.queued", nudge: newNudge(state, told) },
    ];
  },
  "deliver-nudge": (_state, { nudge, agent }) => [{ type: "nudge.asked", nudge, agent }],
  "settle-nudge"(state, { nudge, state: to, reason }) {
    const { agent } = theNudge(state, nudge);
    return [{ type: "nudge.settled", nudge, agent, state: to, reason }];
  },
  repair(state, decision, by) {
    const { invariant, how, reason, bead, agent } = decision;
    const about = [bead, agent].filter((id) => id !== null);
    const told: Change = { type: "invariant.violated", invariant, about, repair: `${reason}: ${done[how]}` };
    return [told, ...repairs[how](state, decision, by)];
  },
};

/** What was done, for people. */
const done: Readonly<Record<Repair, string>> = {
  unhook: "the agent has no bead and is idle",
  release: "the bead is open and has no agent",
  unassign: "the bead names nobody",
  reset: "the bead is open",
  close: "the message is closed",
};

const repairs: Readonly<Record<Repair, (state: TownState, decision: DecisionOf<"repair">, by: By) => Change[]>> = {
  unhook: (state, { agent, reason }, by) => {
    return agentDecisions.unhook(state, { do: "unhook", agent: agent ?? "", reason }, by);
  },
  // Nobody's attempt: it is no failure of the agent.
  release: (state, { bead, agent, reason }) => {
    return releaseWork(state, { bead: bead ?? "", agent, reason, lost: false, setback: true });
  },
  unassign: (state, { bead, reason }) => {
    const { bead: id, assignee } = theWork(state, bead ?? "");
    return [{ type: "bead.released", bead: id, agent: assignee ?? "", reason, setback: false }];
  },
  reset: (state, { bead, reason }) => {
    const { bead: id, status } = theBead(state, bead ?? "");
    return [{ type: "bead.reset", bead: id, from: status, reason }];
  },
  close: (_state, { bead, reason }) => [closed(bead ?? "", reason)],
};

function closed(bead: string, reason: string): Change {
  return { type: "bead.status-changed", bead, from: "open", to: "closed", reason };
}

/** Somebody is to decide what becomes of the agent and its bead (kilo-town §1.8); `changes` come before. */
function askAbout(
  state: TownState,
  { do: what, agent, bead, idleMs }: DecisionOf<"warn-stuck" | "stall">,
  { changes, by }: { changes: readonly Change[]; by: By },
): Change[] {
  const { name } = theAgent(state, agent);
  const stopped = `It was stopped, and ${bead} is open again: its branch is kept, and it is given out after its waiting time.`;
  const context = `${name} (${agent}) did nothing on ${bead} for ${waitText(idleMs)}.${what === "stall" ? ` ${stopped}` : ""}`;
  const after = changes.reduce<TownState>((s, change) => evolve(s, change, by.now), state);
  const options = ["RESTART", "CLOSE_BEAD", "ESCALATE"] as const;
  return requestTriage(after, { type: "stuck_agent", agent, about: bead, options, context, by });
}
