import type { TriageAction, TriageType } from "@gastown/contracts";
import { isEnded, type Bead, type Issue, type Triage } from "./bead.ts";
import type { Change } from "./change.ts";
import { newIssue } from "./new-bead.ts";
import { issueOf, type TownState } from "./state.ts";
import type { Trace } from "./trace.ts";

/** What somebody has to decide, and why it is asked. */
export interface TriageQuestion {
  readonly type: TriageType;
  /** The agent it is about, and the bead that was hooked when it was asked. */
  readonly agent: string | null;
  readonly about: string | null;
  /** The escalation that is taken once this is answered. */
  readonly escalation?: string | null;
  /** What is offered, the most likely first. */
  readonly options: readonly TriageAction[];
  /** What happened, for whoever decides. */
  readonly context: string;
  readonly by: {
    readonly actor: string;
    readonly now: number;
    /** The life it belongs to, when it is about no bead. */
    readonly trace?: Trace;
  };
}

/**
 * The town has an open triage request below the bead it is about (kilo-town §1.8). Nothing changes when one of its type for
 * the same agent or escalation is open already, when `maxOpenTriage` others are (those of escalations neither count nor are
 * held back), or when it is about a triage batch: the failure of triage is for people. `state` holds the open requests
 * (`openTriage`, or a snapshot); when earlier changes of the same decision made beads, it is the state after those.
 */
export function requestTriage(state: TownState, question: TriageQuestion): Change[] {
  const { type, agent, about, escalation = null, options, context, by } = question;
  if (issueOf(state, about)?.kind === "triage-batch" || isRefused(state, { type, agent, about, escalation })) return [];
  const triage = { type, agent, about, escalation, options: [...options], resolution: null, rounds: 0, batch: null };
  const bead = newIssue(state, {
    kind: "triage-request",
    rig: rigOf(state, question),
    title: titleOf(state, question),
    body: context,
    labels: ["gt:triage-request"],
    parent: about,
    triage,
    trace: traceOf(state, question),
    actor: by.actor,
    now: by.now,
  });
  return [
    { type: "bead.created", bead },
    { type: "triage.requested", bead: bead.bead, kind: type, agent, about },
  ];
}

/** An issue that asks for a decision. */
export type TriageRequest = Issue & { readonly triage: Triage };

/** The triage requests nobody has answered, the oldest first. */
export function openTriage(state: TownState): TriageRequest[] {
  return [...state.beads.values()].filter(isOpenRequest).toSorted((a, b) => a.number - b.number);
}

function isOpenRequest(bead: Bead): bead is TriageRequest {
  return bead.type === "issue" && bead.triage !== null && !isEnded(bead);
}

type Subject = Pick<Triage, "type" | "agent" | "about" | "escalation">;

function isRefused(state: TownState, subject: Subject): boolean {
  const open = openTriage(state);
  if (open.some(({ triage }) => isSame(triage, subject))) return true;
  if (subject.type === "escalation") return false;
  return open.filter(({ triage }) => triage.type !== "escalation").length >= state.town.policy.maxOpenTriage;
}

function isSame(known: Subject, asked: Subject): boolean {
  if (known.type !== asked.type) return false;
  if (asked.escalation !== null && known.escalation === asked.escalation) return true;
  return asked.agent === null ? known.agent === null && known.about === asked.about : known.agent === asked.agent;
}

function rigOf(state: TownState, { agent, about }: TriageQuestion): string | null {
  return state.beads.get(about ?? "")?.rig ?? state.agents.get(agent ?? "")?.rig ?? null;
}

function titleOf(state: TownState, { type, agent, about }: TriageQuestion): string {
  const name = state.agents.get(agent ?? "")?.name;
  const who = agent === null ? [] : [name === undefined ? agent : `${name} (${agent})`];
  return `Triage ${type}: ${[...who, ...(about === null ? [] : [about])].join(" on ")}`;
}

function traceOf(state: TownState, { agent, about, escalation, by }: TriageQuestion): Trace {
  const beads = [about, escalation].flatMap((id) => state.beads.get(id ?? "")?.trace ?? []);
  const own = state.agents.get(agent ?? "")?.trace ?? by.trace;
  return beads[0] ?? own ?? { correlation: by.actor, traceparent: null };
}
