import type { Escalation } from "../bead.ts";
import type { Change } from "../change.ts";
import { clip } from "../clip.ts";
import type { HelpDecision } from "../decisions/help-decision.ts";
import { endMolecule, moleculeOf } from "../molecule.ts";
import { newIssue, newMessage } from "../new-bead.ts";
import type { TriageRequest } from "../request-triage.ts";
import { severityAbove } from "../severity.ts";
import type { TownState } from "../state.ts";
import { batchText } from "../triage-text.ts";
import type { CarryOut } from "./carried.ts";
import { theAgent, theIssue } from "./carried.ts";

/** What all escalations of one mail say together: mail is handed out in verdicts, which have a limit. */
const maxMailBytes = 48 * 1024;

export const helpDecisions: CarryOut<HelpDecision["do"]> = {
  "re-raise"(state, { bead }) {
    const { severity, reEscalations } = theEscalation(state, bead);
    return [{ type: "escalation.re-raised", bead, severity: severityAbove(severity), count: reEscalations + 1 }];
  },
  "tell-mayor"(state, { agent: id, beads }, by) {
    const mayor = theAgent(state, id);
    const escalations = beads.map((bead) => theEscalation(state, bead));
    const [first] = escalations;
    if (first === undefined) return [];
    const more = escalations.length === 1 ? "" : ` and ${escalations.length - 1} more`;
    const title = `${first.severity} escalation ${first.bead}: ${first.title}${more}`;
    const share = Math.floor(maxMailBytes / escalations.length);
    const texts = escalations.map((e) => `${e.bead} (${e.severity}): ${e.title}\n${clip(e.body, share)}`);
    const body = texts.join("\n\n");
    const mail = newMessage(state, { rig: mayor.rig, title, body, to: id, trace: first.trace, ...by });
    return [
      { type: "bead.created", bead: mail },
      { type: "mail.sent", bead: mail.bead, to: id, subject: mail.title },
      { type: "escalation.told", agent: id, beads },
    ];
  },
  "send-triage"(state, { rig, beads }, by) {
    const requests = beads.map((bead) => theTriage(state, bead));
    const { trace } = theTriage(state, beads[0] ?? "");
    const title = `Triage ${beads.length} ${beads.length === 1 ? "request" : "requests"}`;
    const about = { title, body: batchText(state, requests), rig, trace, ...by };
    const batch = newIssue(state, { ...about, kind: "triage-batch", priority: "high", labels: ["gt:triage"] });
    return [
      { type: "bead.created", bead: batch },
      { type: "triage.batched", bead: batch.bead, requests: beads },
    ];
  },
  "close-triage"(state, { bead, reason }): Change[] {
    const { status } = theIssue(state, bead);
    return [{ type: "bead.status-changed", bead, from: status, to: "closed", reason }];
  },
  "end-molecule"(state, { bead, beads, to, reason }) {
    const molecule = moleculeOf(state, bead);
    if (molecule === undefined) throw new Error(`a decision was made about ${bead}, which is not in the state`);
    return endMolecule(state, molecule, { steps: beads, to, reason });
  },
};

function theEscalation(state: TownState, id: string): Escalation {
  const bead = state.beads.get(id);
  if (bead?.type !== "escalation") throw new Error(`a decision was made about ${id}, which is not in the state`);
  return bead;
}

function theTriage(state: TownState, id: string): TriageRequest {
  const issue = theIssue(state, id);
  if (issue.triage === null) throw new Error(`a decision was made about ${id}, which asks nothing`);
  return { ...issue, triage: issue.triage };
}
