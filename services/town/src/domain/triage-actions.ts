import type { TriageAction } from "@gastown/contracts";
import { isEnded, isWork, type Failure, type Work } from "./bead.ts";
import { carryOut } from "./carry-out.ts";
import type { Change } from "./change.ts";
import { escalate, failIssue, failRequest, restAgent } from "./endings.ts";
import type { Context } from "./input.ts";
import { newEscalation, newMessage } from "./new-bead.ts";
import { newNudge } from "./new-nudge.ts";
import type { TriageRequest } from "./request-triage.ts";
import { severityAbove } from "./severity.ts";
import { policyIn, type TownState } from "./state.ts";

/** An answer to a triage request. */
export interface Answer {
  readonly request: TriageRequest;
  readonly action: TriageAction;
  readonly notes: string;
  readonly context: Context;
}

/** What each action does to the agent and the bead it was asked about (kilo-town §1.8); nothing to what has gone on since. */
export const triageActions: { readonly [A in TriageAction]: (state: TownState, answer: Answer) => Change[] } = {
  RESTART: (state, answer) => [
    ...takeBack(state, answer, { atOnce: true, elsewhere: false }),
    ...revive(state, answer),
  ],
  RESTART_WITH_BACKOFF: (state, answer) => takeBack(state, answer, { atOnce: false, elsewhere: false }),
  REASSIGN_BEAD: (state, answer) => takeBack(state, answer, { atOnce: true, elsewhere: true }),
  CLOSE_BEAD: (state, answer) => {
    const work = liveWork(state, answer);
    const message = answer.notes === "" ? `triage ${answer.request.bead} ended it` : answer.notes;
    return work === null ? [] : fail(state, work, { answer, failure: { code: "triage_closed", message } });
  },
  ESCALATE: escalateTriage,
  NUDGE: (state, { request, notes, context: { actor: source, now } }) => {
    const { agent } = request.triage;
    if (agent === null) return [];
    const message = notes === "" ? "Somebody looked at what you are doing and asks you to go on." : notes;
    const said = { agent, message, mode: "immediate", priority: "urgent", source, now, trace: request.trace } as const;
    return [{ type: "nudge.queued", nudge: newNudge(state, said) }];
  },
  PROVIDE_GUIDANCE: (state, { request, notes, context: { actor, now } }) => {
    const to = state.agents.get(request.triage.agent ?? "");
    if (to === undefined) return [];
    const title = `About ${request.triage.about ?? "your work"}: an answer to ${request.bead}`;
    const about = { rig: to.rig, title, body: notes, to: to.agent, trace: request.trace, actor, now };
    const bead = newMessage(state, about);
    return [
      { type: "bead.created", bead },
      { type: "mail.sent", bead: bead.bead, to: to.agent, subject: bead.title },
    ];
  },
};

/** The bead it was asked about, while agents can work on it; null when it is none of those or has ended. */
function liveWork(state: TownState, { request }: Answer): Work | null {
  const about = state.beads.get(request.triage.about ?? "");
  return about === undefined || !isWork(about) || isEnded(about) ? null : about;
}

/** The bead is open and has no agent, unless another one has it by now or it was handed in; at its last attempt it has failed. */
function takeBack(state: TownState, answer: Answer, how: { atOnce: boolean; elsewhere: boolean }): Change[] {
  const work = liveWork(state, answer);
  const { agent } = answer.request.triage;
  if (work === null || work.status === "in_review") return [];
  if (agent !== null && work.assignee !== null && work.assignee !== agent) return [];
  const reason = `triage ${answer.request.bead}: ${answer.action}`;
  const { maxDispatchAttempts } = policyIn(state, work.rig);
  if (work.type === "issue" && work.attempts >= maxDispatchAttempts) {
    const message = `${work.attempts} dispatches in a row brought nothing, and triage had it started again`;
    return fail(state, work, { answer, failure: { code: "too_many_attempts", message } });
  }
  const { bead, assignee } = work;
  const release = { do: "release", bead, agent: assignee, reason, lost: false, setback: false } as const;
  return [
    ...(work.status === "open" && assignee === null ? [] : carryOut(state, release, answer.context)),
    { type: "triage.freed", bead, ...how },
  ];
}

/** The bead has failed, its agent is idle; people are told when it was an agent who decided so. */
function fail(state: TownState, work: Work, { answer, failure }: { answer: Answer; failure: Failure }): Change[] {
  const { actor } = answer.context;
  const holder = state.agents.get(work.assignee ?? "");
  return [
    ...(work.type === "issue" ? failIssue(state, work, failure) : [failRequest(work, failure)]),
    ...(holder?.hook === work.bead ? restAgent(holder, work.bead, failure.message) : []),
    ...(actor.startsWith("agent:")
      ? escalate(state, work, {
          title: `${work.bead} failed: triage ${answer.request.bead} ended it`,
          body: failure.message,
          ...answer.context,
        })
      : []),
  ];
}

/** An agent that rests because it was stalled may work again. */
function revive(state: TownState, { request, action }: Answer): Change[] {
  const agent = state.agents.get(request.triage.agent ?? "");
  return agent?.status === "stalled" && agent.hook === null
    ? [{ type: "agent.revived", agent: agent.agent, reason: `triage ${request.bead}: ${action}` }]
    : [];
}

/** People are asked instead, one step more urgently than before. */
function escalateTriage(state: TownState, { request, notes, context }: Answer): Change[] {
  const linked = state.beads.get(request.triage.escalation ?? "");
  const severity = linked?.type === "escalation" ? severityAbove(linked.severity) : "high";
  const { rig, trace, title, body, triage } = request;
  const text = `${notes}${notes === "" ? "" : "\n\n"}${body}`;
  const { actor, now } = context;
  const about = { rig, trace, title, body: text, parent: triage.about, severity, actor, now };
  const bead = newEscalation(state, about);
  return [
    { type: "bead.created", bead },
    { type: "escalation.raised", bead: bead.bead, severity, title: bead.title },
  ];
}
