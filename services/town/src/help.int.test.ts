import {
  ask,
  connectBus,
  consumeCommands,
  followEvents,
  newEnvelope,
  provision,
  sendCommand,
  type Bus,
  type CommandMessage,
} from "@gastown/bus";
import * as contracts from "@gastown/contracts";
import type {
  BeadView,
  Command,
  DataOf,
  Envelope,
  Job,
  Query,
  ReplyOf,
  TriageAction,
  Verdict,
} from "@gastown/contracts";
import type { RunningService } from "@gastown/service";
import { createLogger } from "@gastown/telemetry";
import { eventually, useServers } from "@gastown/testkit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { start } from "./wiring.ts";

const logger = createLogger("test", { level: "silent" });
const servers = useServers();
const stop = new AbortController();
/** What the town asked the dispatcher for. */
const asked: CommandMessage[] = [];
const events: Envelope[] = [];
let bus: Bus;
let town: RunningService;

beforeAll(async () => {
  bus = await connectBus({ servers: servers.natsUrl, name: "test", inboxPrefix: "_INBOX_test", logger });
  await provision(bus, { logger });
  const config = { natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl };
  town = await start(config, { logger, signal: stop.signal });
  for (const owner of ["dispatcher", "scm"] as const) {
    const handle = (message: CommandMessage) => {
      asked.push(message);
      return Promise.resolve({ outcome: "applied" as const });
    };
    consumeCommands(bus, { owner, service: owner, handle, logger, signal: stop.signal });
  }
  void (async () => {
    for await (const { envelope } of followEvents(bus, { fromSeq: 1, signal: stop.signal })) events.push(envelope);
  })();
});

afterAll(async () => {
  await town.close();
  stop.abort();
  await bus.close();
});

/** A town of a test's own with one rig, spoken to as people, agents and the dispatcher do. */
class TestTown {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }

  static async found(id: string, policy: contracts.PolicyOverride = {}): Promise<TestTown> {
    const t = new TestTown(id);
    await t.send(contracts.createTown, { name: id, policy });
    await t.send(contracts.addRig, { rig: "web", prefix: "gt", source: "/src/web" });
    const ready = { state: "ready", defaultBranch: "main", cloneUrl: "http://forge/web.git", reason: null } as const;
    await t.send(contracts.reportRig, { rig: "web", ...ready });
    return t;
  }

  async send<C extends Command>(command: C, data: C["data"]["_zod"]["input"], actor = "user:ann"): Promise<Verdict> {
    const envelope = newEnvelope(command, { town: this.id, data, actor, source: "/test" });
    return sendCommand(bus, command, envelope, { timeoutMs: 20_000 });
  }

  async read<Q extends Query>(query: Q, data: Q["data"]["_zod"]["input"]): Promise<ReplyOf<Q>> {
    return (await ask(bus, query, { town: this.id, data })).data;
  }

  bead(bead: string): Promise<BeadView> {
    return this.read(contracts.getBead, { bead });
  }

  waitFor<C extends Command>(command: C, matches: (data: DataOf<C>) => boolean): Promise<DataOf<C>> {
    return eventually(() => {
      const found = asked
        .filter(({ envelope }) => envelope.townid === this.id && envelope.type === command.type)
        .map(({ envelope }) => envelope.data as DataOf<C>)
        .findLast(matches);
      if (found === undefined) throw new Error(`${command.type} was not asked for`);
      return found;
    });
  }

  told(type: string): Record<string, unknown>[] {
    return events
      .filter((event) => event.townid === this.id && event.type === type)
      .map(({ data }) => data as Record<string, unknown>);
  }

  /** The start of an agent on a bead of this kind, which is running. */
  async begun(kind: contracts.IssueKind, matches: (job: Job) => boolean = () => true): Promise<Job> {
    const job = await this.waitFor(contracts.startAgent, (j) => j.kind === kind && matches(j));
    await this.report(job, "running");
    return job;
  }

  async begin(fields: Partial<DataOf<typeof contracts.createBead>> = {}): Promise<Job> {
    const made = await this.send(contracts.createBead, { rig: "web", title: "Do it", ...fields });
    return this.begun("task", (job) => job.bead.bead === made.result?.["bead"]);
  }

  async report({ agent, generation }: Job, state: "running" | "exited"): Promise<void> {
    const data = { agent, generation, state, reason: "", at: new Date().toISOString() };
    await this.send(contracts.reportAgent, data, "service:dispatcher");
  }

  async done(job: Job, outcome: "completed" | "failed"): Promise<Verdict> {
    const { agent, generation } = job;
    const data = { agent, generation, bead: job.bead.bead, outcome, summary: "what I did" };
    return this.send(contracts.agentDone, data, `agent:${agent}`);
  }

  /** An agent asks for help with its bead; the triage request that comes of it. */
  async callForHelp(job: Job): Promise<{ escalation: string; request: string }> {
    const data = { agent: job.agent, bead: job.bead.bead, title: "No key", severity: "medium" } as const;
    const { result } = await this.send(contracts.raiseEscalation, data, `agent:${job.agent}`);
    const { items } = await this.read(contracts.listBeads, { kind: ["triage-request"], status: ["open"] });
    const escalation = String(result?.["bead"]);
    const request = items.find(({ triage }) => triage?.escalation === escalation)?.bead ?? "";
    return { escalation, request };
  }

  resolve(bead: string, action: TriageAction, actor?: string): Promise<Verdict> {
    return this.send(contracts.resolveTriage, { bead, action, notes: "look at the vault" }, actor);
  }

  async says(bead: string): Promise<string> {
    return (await this.read(contracts.explainBead, { bead })).summary;
  }

  /** What the town is that does not follow from its log, and what is decided otherwise when its inputs are decided again. */
  async differences(): Promise<string[]> {
    return (await this.read(contracts.replayTown, {})).differences;
  }
}

describe("an escalation", () => {
  it("is raised step by step until its last, and ends when somebody takes it", async () => {
    const t = await TestTown.found("raise", { reEscalateMs: 300, maxReEscalations: 2 });
    const { result } = await t.send(contracts.raiseEscalation, { title: "Look", severity: "low" });
    const bead = String(result?.["bead"]);
    await eventually(async () =>
      expect(await t.bead(bead)).toMatchObject({
        priority: "high",
        labels: ["gt:escalation", "severity:high"],
        escalation: { severity: "high", reEscalations: 2, acknowledgedAt: null },
      }),
    );
    await eventually(() =>
      expect(t.told("town.escalation.re-raised").map(({ severity, count }) => [severity, count])).toEqual([
        ["medium", 1],
        ["high", 2],
      ]),
    );
    await eventually(async () =>
      expect(await t.says(bead)).toBe(`${bead} waits for a person to take it; it was raised 2 times`),
    );
    for (const note of ["mine", "mine too"]) {
      expect(await t.send(contracts.acknowledgeEscalation, { bead, note })).toMatchObject({
        outcome: "applied",
      });
    }
    const taken = await t.bead(bead);
    expect(taken).toMatchObject({ status: "closed", escalation: { severity: "high" } });
    expect(taken.escalation?.acknowledgedAt).not.toBeNull();
    await eventually(() => expect(t.told("town.escalation.acknowledged")).toEqual([{ bead, note: "mine" }]));
    expect(await t.differences()).toEqual([]);
  });
});

describe("triage", () => {
  it("by an agent: it answers, the bead goes to another one at once, and its batch is done", async () => {
    const t = await TestTown.found("reassign", { dispatchCooldownMs: [600_000] });
    const job = await t.begin();
    const { bead } = job.bead;
    const { escalation, request } = await t.callForHelp(job);
    const batch = await t.begun("triage-batch");
    expect(batch.bead).toMatchObject({ title: "Triage 1 request", body: expect.stringContaining(`## ${request}`) });
    expect(batch.branch).toBe(`gt/${batch.name.toLowerCase()}/${batch.bead.bead}`);
    await eventually(async () =>
      expect(await t.says(request)).toBe(`${request} is in triage batch ${batch.bead.bead} (1 of 2)`),
    );
    const stranger = await t.resolve(request, "REASSIGN_BEAD", `agent:${job.agent}`);
    expect(stranger).toMatchObject({ outcome: "refused", code: "invalid" });
    const answer = await t.resolve(request, "REASSIGN_BEAD", `agent:${batch.agent}`);
    expect(answer).toMatchObject({ outcome: "applied", result: { bead: request, action: "REASSIGN_BEAD" } });
    const again = await t.waitFor(contracts.startAgent, (j) => j.bead.bead === bead && j.agent !== job.agent);
    expect(again).toMatchObject({ branch: job.branch, kind: "task" });
    await t.waitFor(contracts.stopAgent, ({ agent, generation }) => agent === job.agent && generation === 1);
    expect(await t.bead(bead)).toMatchObject({ status: "in_progress", assignee: again.agent, attempts: 2 });
    expect(await t.bead(escalation)).toMatchObject({ status: "closed" });
    expect(await t.bead(request)).toMatchObject({
      status: "closed",
      triage: { resolution: { action: "REASSIGN_BEAD", notes: "look at the vault" } },
    });
    expect(await t.resolve(request, "RESTART")).toMatchObject({ outcome: "refused", code: "wrong_state" });
    expect(await t.done(batch, "completed")).toMatchObject({ outcome: "applied" });
    expect(await t.bead(batch.bead.bead)).toMatchObject({ status: "closed", mergeRequest: null });
    const { items } = await t.read(contracts.getBeadHistory, { bead });
    expect(items.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["triage.requested", "triage.freed", "triage.resolved"]),
    );
    await eventually(() => expect(t.told("town.triage.resolved")).toMatchObject([{ bead: request, about: bead }]));
    expect(await t.differences()).toEqual([]);
  });

  it("by a person: RESTART starts the bead again at once, and fails it at its last attempt", async () => {
    const policy = { triageByAgent: false, maxDispatchAttempts: 2, dispatchCooldownMs: [600_000] };
    const t = await TestTown.found("restart", policy);
    const job = await t.begin();
    const { bead } = job.bead;
    const first = await t.callForHelp(job);
    await eventually(async () => expect(await t.says(first.request)).toContain("triageByAgent is off"));
    expect(await t.resolve(first.request, "RESTART")).toMatchObject({ outcome: "applied" });
    const second = await t.begun("task", (j) => j.bead.bead === bead && (j.agent !== job.agent || j.generation === 2));
    expect(await t.bead(bead)).toMatchObject({ status: "in_progress", attempts: 2 });
    const { request } = await t.callForHelp(second);
    expect(await t.resolve(request, "RESTART")).toMatchObject({ outcome: "applied" });
    expect(await t.bead(bead)).toMatchObject({ status: "failed", failure: { code: "too_many_attempts" } });
    await t.waitFor(contracts.stopAgent, ({ agent }) => agent === second.agent);
    const { items } = await t.read(contracts.listBeads, { type: ["issue"], ready: true });
    expect(items).toEqual([]);
    expect(await t.differences()).toEqual([]);
  });

  it("waits for a person when its batches did not answer, and is over when its bead is", async () => {
    const t = await TestTown.found("rounds", { maxTriageRounds: 2, triageRetryMs: 100 });
    const job = await t.begin();
    const { request } = await t.callForHelp(job);
    const one = await t.begun("triage-batch");
    expect(await t.done(one, "failed")).toMatchObject({ outcome: "applied" });
    await t.report(one, "exited");
    const two = await t.begun("triage-batch", (j) => j.bead.bead !== one.bead.bead);
    expect(await t.bead(one.bead.bead)).toMatchObject({ status: "failed" });
    expect(await t.done(two, "completed")).toMatchObject({ outcome: "applied" });
    await eventually(async () =>
      expect(await t.says(request)).toBe(
        `${request} waits for a person: it was in 2 triage batches, which did not resolve it`,
      ),
    );
    await t.send(contracts.closeBead, { bead: job.bead.bead, reason: "not needed" });
    await eventually(async () => expect(await t.bead(request)).toMatchObject({ status: "closed" }));
    expect(await t.says(request)).toBe(`${request} is closed: ${job.bead.bead} is closed`);
    const { items } = await t.read(contracts.listBeads, { kind: ["triage-batch"] });
    expect(items).toHaveLength(2);
    expect(await t.differences()).toEqual([]);
  });

  it("is asked for so often at a time, but for every agent that calls for help", async () => {
    const policy = {
      stuckWarnMs: 100,
      stuckEscalateMs: 200,
      nudgeAgainMs: 1000,
      maxOpenTriage: 1,
      triageByAgent: false,
    };
    const t = await TestTown.found("caps", policy);
    const jobs = [await t.begin(), await t.begin({ title: "Do this too" })];
    const open = async (type: string) => {
      const { items } = await t.read(contracts.listBeads, { kind: ["triage-request"], status: ["open"] });
      return items.flatMap(({ bead, triage }) => (triage?.type === type ? [{ bead, agent: triage.agent ?? "" }] : []));
    };
    await eventually(async () => expect(await open("stuck_agent")).toHaveLength(1));
    for (const job of jobs) await t.callForHelp(job);
    expect(await open("escalation")).toHaveLength(2);
    // Both are found stuck again and again; the second one is asked about when the first was answered.
    const [stuck] = await open("stuck_agent");
    expect(stuck).toBeDefined();
    await t.resolve(stuck?.bead ?? "", "CLOSE_BEAD");
    await eventually(async () => {
      const [next] = await open("stuck_agent");
      expect(next?.agent).toBe(jobs.find(({ agent }) => agent !== stuck?.agent)?.agent);
    });
    expect(await open("stuck_agent")).toHaveLength(1);
    expect(await t.differences()).toEqual([]);
  });
});

describe("a molecule", () => {
  const formula = {
    name: "ship",
    steps: [
      { id: "build", title: "Build it" },
      { id: "test", title: "Test it", body: "All of it", needs: ["build"] },
    ],
  };

  it("is walked by the agent of its source, which cannot hand in before", async () => {
    const t = await TestTown.found("walk");
    const made = await t.send(contracts.createBead, { rig: "web", title: "Do it", held: true });
    const bead = String(made.result?.["bead"]);
    const created = await t.send(contracts.createMolecule, { bead, formula });
    const molecule = String(created.result?.["molecule"]);
    expect(await t.send(contracts.createMolecule, { bead, formula })).toMatchObject({ outcome: "refused" });
    await t.send(contracts.slingBead, { bead });
    const job = await t.begun("task");
    expect(job.molecule).toBe(molecule);
    const { hook, beads } = await t.read(contracts.primeAgent, { agent: job.agent });
    expect(hook).toMatchObject({ bead, molecule });
    expect(beads.map((b) => b.kind ?? b.type)).toEqual(["molecule", "task"]);
    expect(await t.read(contracts.listBeads, { ready: true })).toMatchObject({ items: [] });
    expect(await t.done(job, "completed")).toMatchObject({
      outcome: "refused",
      message: expect.stringContaining("build, test"),
    });
    const advance = (step: string, actor = `agent:${job.agent}`) =>
      t.send(contracts.advanceMolecule, { molecule, step }, actor);
    expect(await advance("test")).toMatchObject({
      outcome: "refused",
      message: expect.stringContaining("needs build"),
    });
    expect(await advance("build", "agent:gt-zzz")).toMatchObject({ outcome: "refused", code: "not_hooked" });
    expect(await advance("build")).toMatchObject({
      result: { status: "active", steps: [{ state: "done" }, { state: "ready" }] },
    });
    expect(await t.done(job, "completed")).toMatchObject({
      outcome: "refused",
      message: expect.stringContaining("left: test"),
    });
    expect(await advance("test")).toMatchObject({ result: { status: "completed" } });
    expect(await advance("test")).toMatchObject({ outcome: "applied", result: { status: "completed" } });
    const walked = await t.read(contracts.getMolecule, { molecule });
    expect(walked).toMatchObject({ molecule, source: bead, formula: "ship", status: "completed" });
    expect(walked.steps[1]).toMatchObject({
      step: "test",
      title: "Test it",
      body: "All of it",
      needs: ["build"],
      state: "done",
    });
    await expect(t.read(contracts.getMolecule, { molecule: bead })).rejects.toMatchObject({ code: "not_found" });
    expect(await t.done(job, "completed")).toMatchObject({ outcome: "applied" });
    expect(await t.bead(bead)).toMatchObject({ status: "in_review" });
    await eventually(() =>
      expect(t.told("town.molecule.advanced").map(({ step, left }) => [step, left])).toEqual([
        ["build", 1],
        ["test", 0],
      ]),
    );
    expect(await t.differences()).toEqual([]);
  });

  it("fails with a step and with its source, and its steps with it", async () => {
    const t = await TestTown.found("fall");
    const job = await t.begin();
    const { bead } = job.bead;
    const created = await t.send(contracts.createMolecule, { bead, formula });
    const molecule = String(created.result?.["molecule"]);
    const steps = (created.result?.["steps"] ?? []) as string[];
    await eventually(async () => expect(await t.says(steps[1] ?? "")).toContain("waits for the steps build"));
    const failed = { molecule, step: "build", outcome: "failed", notes: "no disk" } as const;
    expect(await t.send(contracts.advanceMolecule, failed, `agent:${job.agent}`)).toMatchObject({
      result: { status: "failed", steps: [{ state: "failed" }, { state: "failed" }] },
    });
    expect(await t.done(job, "completed")).toMatchObject({
      outcome: "refused",
      message: expect.stringContaining("no disk"),
    });
    expect(await t.done(job, "failed")).toMatchObject({ outcome: "applied" });

    const other = await t.send(contracts.createBead, { rig: "web", title: "Another", held: true });
    const source = String(other.result?.["bead"]);
    const second = await t.send(contracts.createMolecule, { bead: source, formula });
    await t.send(contracts.closeBead, { bead: source });
    await eventually(async () => {
      const view = await t.read(contracts.getMolecule, { molecule: String(second.result?.["molecule"]) });
      expect(view).toMatchObject({ status: "completed", steps: [{ state: "done" }, { state: "done" }] });
    });
    expect(await t.differences()).toEqual([]);
  });
});
