/** Builders for tests: the plainest town there is, with what a test is about on top. */
import { policy, type PolicyOverride } from "@gastown/contracts";
import { noDuty, type Agent } from "./agent.ts";
import type { Bead, Convoy, Escalation, Message, Molecule } from "./bead.ts";
import type { Context } from "./input.ts";
import { noLanding } from "./evolve/convoy-steps.ts";
import type { Nudge } from "./nudge.ts";
import type { Rig } from "./rig.ts";
import { noSpent } from "./spent.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Town } from "./town.ts";
import { beadFields, now, trace } from "./work-builders.ts";

export { aFixup, aLanding, anAdoption, anIssue, aPull, aRequest, head, now } from "./work-builders.ts";

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
    forge: "local",
    merge: {},
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
    model: null,
    duty: noDuty,
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

/** A mayor that runs and waits to be spoken to; it was heard of a second ago. */
export function aMayor(fields: Partial<Agent> = {}): Agent {
  const named = { name: "mayor", identity: "mayor-demo", role: "mayor", rig: null } as const;
  const runs = {
    generation: 1,
    process: { state: "running" },
    dispatchedAt: now - 60_000,
    aliveAt: now - 1000,
  } as const;
  return anAgent("hq-m", { ...named, status: "waiting", ...runs, ...fields });
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
