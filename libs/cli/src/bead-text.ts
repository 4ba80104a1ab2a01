import type { Schema } from "@gastown/client";
import { spentText } from "./spent-text.ts";
import { oneLine, plainText, type Table } from "./table.ts";

type Bead = Schema<"Bead">;

/** A bead's status in one word or two. */
function statusOf(bead: Bead): string {
  if (bead.held) return `${bead.status} (held)`;
  return bead.blockedBy.length > 0 ? `${bead.status} (blocked)` : bead.status;
}

export function beadTable(beads: Bead[]): Table {
  const rows = beads.map((bead) => [
    bead.bead,
    bead.type,
    statusOf(bead),
    bead.priority,
    bead.rig ?? "-",
    bead.assignee ?? "-",
    bead.title,
  ]);
  return { columns: ["bead", "type", "status", "priority", "rig", "agent", "title"], rows };
}

type Field = [name: string, value: string | null];

function listed(names: string[]): string | null {
  return names.length === 0 ? null : names.join(", ");
}

function counted(count: number): string | null {
  return count === 0 ? null : String(count);
}

function mergeFields(merge: Schema<"Bead">["mergeRequest"]): Field[] {
  if (merge === null) return [];
  const pull = [merge.pull, merge.state, merge.url].filter((part) => part !== null).join(" ");
  return [
    ["merges", `${merge.branch} into ${merge.target} (${merge.source === null ? "adopted" : `for ${merge.source}`})`],
    ["pull", pull === "" ? null : pull],
    ["review", merge.review],
    ["approval", merge.awaitingSince === null ? null : `awaited since ${merge.awaitingSince}`],
    ["merged as", merge.mergeCommit],
  ];
}

function escalationText({ severity, acknowledgedAt, reEscalations }: NonNullable<Bead["escalation"]>): string {
  const raised = reEscalations === 0 ? "" : `, raised again ${reEscalations} times`;
  return `${severity}, ${acknowledgedAt === null ? "not acknowledged" : `acknowledged ${acknowledgedAt}`}${raised}`;
}

function triageText({ type, agent, about, options, resolution }: NonNullable<Bead["triage"]>): string {
  const what = [agent === null ? null : `agent ${agent}`, about === null ? null : `bead ${about}`];
  const of = what.filter((part) => part !== null).join(" on ");
  const answer = resolution === null ? `answer one of ${options.join(", ")}` : `answered ${resolution.action}`;
  return [type, of, answer].filter((part) => part !== "").join("; ");
}

/** What belongs to some kinds of beads only. */
function specialFields({ escalation, triage, molecule, step, convoy }: Bead): Field[] {
  return [
    ["convoy", convoy],
    ["molecule", molecule],
    ["step", step === null ? null : [step.id, ...(step.needs.length === 0 ? [] : ["needs", ...step.needs])].join(" ")],
    ["escalation", escalation === null ? null : escalationText(escalation)],
    ["triage", triage === null ? null : triageText(triage)],
  ];
}

/** Everything about a bead that is not nothing. */
export function beadText(bead: Bead): string {
  const { failure } = bead;
  const fields: Field[] = [
    ["status", statusOf(bead)],
    ["type", bead.type],
    ["kind", bead.kind],
    ["rig", bead.rig],
    ["priority", bead.priority],
    ["agent", bead.assignee],
    ["parent", bead.parent],
    ...specialFields(bead),
    ["labels", listed(bead.labels)],
    ["depends on", listed(bead.dependsOn)],
    ["blocked by", listed(bead.blockedBy)],
    ["attempts", counted(bead.attempts)],
    ["setbacks", counted(bead.setbacks)],
    ["spent", spentText(bead.spent)],
    ["rework", counted(bead.reworkRounds)],
    ["failure", failure === null ? null : `${failure.code}: ${oneLine(failure.message)}`],
    ...mergeFields(bead.mergeRequest),
    ["made", `${bead.createdAt} by ${bead.createdBy}`],
    ["closed", bead.closedAt],
  ];
  const lines = fields.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(11)} ${value}`]));
  const body = bead.body === "" ? [] : ["", plainText(bead.body)];
  return [`${bead.bead}  ${oneLine(bead.title)}`, ...lines, ...body].join("\n");
}
