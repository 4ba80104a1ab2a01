/** Builders for tests: the plainest town there is, with what a test is about on top. */
import { policy, type PolicyOverride } from "@gastown/contracts";
import type { Agent } from "./agent.ts";
import type { Bead, Convoy, Escalation, Issue, MergeRequest, Message, Molecule, Pull, Request } from "./bead.ts";
import type { Context } from "./input.ts";
import { noLanding } from "./evolve/convoy-steps.ts";
import type { Nudge } from "./nudge.ts";
import type { Rig } from "./rig.ts";
import { noSpent } from "./spent.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Town } from "./town.ts";

/** The moment tests happen at. */
export const now = 1_800_000_000_000;
export const head = (digit: string): string => digit.repeat(40);

const trace = { correlation: "corr-1", traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` };

export function aContext(fields: Partial<Context> = {}): Context {
  return { town: "demo", now, actor: "user:ann", cause: "cmd-1", trace, ...fields };
}

export function aTown(override: PolicyOverride = {}, fields: Partial<Town> = {}): Town {
  return {
    town: "demo",
    name: "Demo",
    policyOverride: override,
    policy: policy.parse(override),
    model: null,
    models: {},
    instructions: {},
    env: {},
    stopped: null,
    failures: [],
    open: [],
    spent: noSpent,
    spentSince: now - 1_000_000,
    budgetTold: false,
    nextNumber: 1000,
    createdAt: now - 1_000_000,
    version: 1,
    ...fields,
  };
}

export function aRig(fields: Partial<Rig> = {}): Rig {
  return {
    rig: "web",
    prefix: "gt",
    source: "/src/web",
    defaultBranch: "main",
    check: null,
    requiredApprovals: 0,
    policyOverride: {},
    model: null,
    models: {},
    instructions: {},
    env: {},
    state: "ready",
    stateReason: null,
    cloneUrl: "http://forge/web.git",
    askedAt: now - 900_000,
    trace,
    createdAt: now - 900_000,
    version: 1,
    ...fields,
  };
}

function beadFields(bead: string) {
  return {
    bead,
    number: Number.parseInt(bead.split("-")[1] ?? "0", 36),
    status: "open",
    title: `Title of ${bead}`,
    body: `Body of ${bead}`,
    rig: "web",
    parent: null,
    assignee: null,
    priority: "medium",
    labels: [],
    failure: null,
    trace,
    createdBy: "user:ann",
    createdAt: now - 600_000,
    updatedAt: now - 600_000,
    closedAt: null,
    version: 1,
  } as const;
}

const unworked = { attempts: 0, setbacks: 0, spent: noSpent, budgetTold: false } as const;

export function anIssue(bead: string, fields: Partial<Issue> = {}): Issue {
  return {
    ...beadFields(bead),
    type: "issue",
    kind: "task",
    convoy: null,
    molecule: null,
    step: null,
    triage: null,
    fixup: null,
    held: false,
    dependsOn: [],
    blocked: false,
    ...unworked,
    lastDispatchAt: null,
    reworkRounds: 0,
    branch: null,
    feedback: null,
    checkpoint: null,
    lastAgent: null,
    ...fields,
  };
}

export function aPull(fields: Partial<Pull> = {}): Pull {
  return {
    number: 3,
    url: "http://forge/web/pulls/3",
    head: head("1"),
    state: "checks_pending",
    causes: [],
    since: "2027-01-15T07:55:00.000Z",
    mergeCommit: null,
    revision: 1,
    ...fields,
  };
}

/** A merge request whose pull request was told by the forge. */
export function aRequest(
  bead: string,
  source: string,
  fields: Partial<MergeRequest> & { re?: Partial<Request> } = {},
): MergeRequest {
  const { re = {}, ...own } = fields;
  return {
    ...beadFields(bead),
    type: "merge_request",
    parent: source,
    ...unworked,
    lastDispatchAt: null,
    checkpoint: null,
    request: {
      source,
      adopts: null,
      awaitingSince: null,
      fixups: 0,
      stuck: null,
      branch: `gt/anvil/${source}`,
      target: "main",
      head: head("1"),
      summary: "what was done",
      pull: aPull(),
      awaitsReport: false,
      review: "none",
      reviewHead: null,
      reviewSummary: null,
      reviewer: null,
      reviewTold: false,
      parked: false,
      reworkedHead: null,
      openAskedAt: now - 60_000,
      mergeAskedAt: null,
      mergeAskedHead: null,
      closeAskedAt: null,
      ...re,
    },
    ...own,
  };
}

/** The merge request of pull request #9, which somebody outside of the town opened. */
export function anAdoption(bead: string, fields: Parameters<typeof aRequest>[2] = {}): MergeRequest {
  const { re, ...own } = fields;
  const adopted = { source: null, adopts: 9, branch: "their/work", pull: aPull({ number: 9 }), ...re };
  return aRequest(bead, "", { parent: null, ...own, re: adopted });
}

/** The merge request that lands a convoy in rig `web`. */
export function aLanding(bead: string, convoy: string, fields: Parameters<typeof aRequest>[2] = {}): MergeRequest {
  const { re, ...own } = fields;
  return aRequest(bead, convoy, { ...own, re: { branch: `convoy/title/${convoy}/head`, ...re } });
}

/** An open repair of a merge request's conflicts, on its branch. */
export function aFixup(bead: string, { bead: request, request: { branch } }: MergeRequest): Issue {
  return anIssue(bead, { kind: "fixup", parent: request, fixup: { request, why: "conflict" }, branch });
}

export function anEscalation(bead: string, fields: Partial<Escalation> = {}): Escalation {
  return {
    ...beadFields(bead),
    type: "escalation",
    severity: "high",
    acknowledgedAt: null,
    reEscalations: 0,
    told: false,
    ...fields,
  };
}

export function aMessage(bead: string, to: string, fields: Partial<Message> = {}): Message {
  return { ...beadFields(bead), type: "message", assignee: to, announced: false, ...fields };
}

/** A started convoy in review-then-land mode whose members are all in rig `web`. */
export function aConvoy(bead: string, members: readonly string[], fields: Partial<Convoy> = {}): Convoy {
  return {
    ...beadFields(bead),
    rig: null,
    type: "convoy",
    mergeMode: "review-then-land",
    staged: false,
    branch: `convoy/title/${bead}/head`,
    members,
    landings: members.length === 0 ? [] : [{ ...noLanding("web"), branchState: "ready" }],
    progress: { closed: 0, failed: 0 },
    budgetTold: false,
    landedAt: null,
    ...fields,
  };
}

export function aMolecule(bead: string, source: string, fields: Partial<Molecule> = {}): Molecule {
  return { ...beadFields(bead), type: "molecule", parent: source, source, formula: "ship", steps: [], ...fields };
}

/** A pending nudge that waits for the end of the turn. */
export function aNudge(nudge: string, agent: string, fields: Partial<Nudge> = {}): Nudge {
  return {
    nudge,
    agent,
    message: "Look at your mail.",
    mode: "wait-idle",
    priority: "normal",
    source: "user:ann",
    state: "pending",
    reason: null,
    createdAt: now - 10_000,
    expiresAt: null,
    askedAt: null,
    deliveredAt: null,
    trace,
    version: 1,
    ...fields,
  };
}

/** An idle polecat that never ran. */
export function anAgent(agent: string, fields: Partial<Agent> = {}): Agent {
  return {
    agent,
    name: "Anvil",
    identity: "Anvil-polecat-gt@demo",
    role: "polecat",
    rig: "web",
    status: "idle",
    hook: null,
    generation: 0,
    process: { state: "none" },
    workedOn: null,
    dispatchedAt: null,
    used: { tokens: 0, microUsd: 0 },
    busy: false,
    stalledAt: null,
    nudgedAt: { warn: null, escalate: null },
    aliveAt: null,
    activeAt: null,
    stopAskedAt: null,
    statusMessage: null,
    trace: null,
    createdAt: now - 500_000,
    version: 1,
    ...fields,
  };
}

/** A polecat that works on a bead and was heard of a second ago. */
export function aWorker(agent: string, bead: string, fields: Partial<Agent> = {}): Agent {
  return anAgent(agent, {
    status: "working",
    hook: bead,
    generation: 1,
    process: { state: "running" },
    workedOn: bead,
    dispatchedAt: now - 60_000,
    aliveAt: now - 1000,
    ...fields,
  });
}

interface Things {
  readonly policy?: PolicyOverride;
  readonly town?: Town;
  readonly rigs?: readonly Rig[];
  readonly beads?: readonly Bead[];
  readonly agents?: readonly Agent[];
  readonly nudges?: readonly Nudge[];
  readonly listeningSince?: number;
}

/** A town with one ready rig `web`, unless said otherwise. */
export function aSnapshot({
  policy: override = {},
  town,
  rigs = [aRig()],
  beads = [],
  agents = [],
  nudges = [],
  listeningSince = 0,
}: Things = {}): Snapshot {
  return {
    town: town ?? aTown(override),
    rigs: new Map(rigs.map((rig) => [rig.rig, rig])),
    beads: new Map(beads.map((bead) => [bead.bead, bead])),
    agents: new Map(agents.map((agent) => [agent.agent, agent])),
    nudges: new Map(nudges.map((nudge) => [nudge.nudge, nudge])),
    listeningSince,
  };
}
