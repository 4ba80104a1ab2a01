import * as contracts from "@gastown/contracts";
import type { Job, PolicyOverride, TriageAction, Verdict } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { describe, expect, it } from "vitest";
import { TestTown } from "./test/test-town.ts";
import { useTown } from "./test/use-town.ts";

const used = useTown();

/** A town in which agents call for help. */
class HelpTown extends TestTown {
  /** The start of an agent on a bead of this kind, which is running. */
  async begun(kind: contracts.IssueKind, matches: (job: Job) => boolean = () => true): Promise<Job> {
    const job = await this.waitFor(contracts.startAgent, (j) => j.kind === kind && matches(j));
    await this.report(job, "running");
    return job;
  }

  async begin(fields?: Parameters<TestTown["create"]>[0]): Promise<Job> {
    const bead = await this.create(fields);
    return this.begun("task", (job) => job.bead.bead === bead);
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
}

const found = (id: string, policy?: PolicyOverride) => new HelpTown(used, id).found(policy);

describe("an escalation", () => {
  it("is raised step by step until its last, and ends when somebody takes it", async () => {
    const t = await found("raise", { reEscalateMs: 300, maxReEscalations: 2 });
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
      expect(t.told(contracts.escalationReRaised).map(({ severity, count }) => [severity, count])).toEqual([
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
    await eventually(() => expect(t.told(contracts.escalationAcknowledged)).toEqual([{ bead, note: "mine" }]));
    expect(await t.differences()).toEqual([]);
  });
});

describe("triage", () => {
  it("by an agent: it answers, the bead goes to another one at once, and its batch is done", async () => {
    const t = await found("reassign", { dispatchCooldownMs: [600_000] });
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
    await eventually(() => expect(t.told(contracts.triageResolved)).toMatchObject([{ bead: request, about: bead }]));
    expect(await t.differences()).toEqual([]);
  });

  it("by a person: RESTART starts the bead again at once, and fails it at its last attempt", async () => {
    const policy = { triageByAgent: false, maxDispatchAttempts: 2, dispatchCooldownMs: [600_000] };
    const t = await found("restart", policy);
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
    const t = await found("rounds", { maxTriageRounds: 2, triageRetryMs: 100 });
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
    const t = await found("caps", policy);
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
    const t = await found("walk");
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
      expect(t.told(contracts.moleculeAdvanced).map(({ step, left }) => [step, left])).toEqual([
        ["build", 1],
        ["test", 0],
      ]),
    );
    expect(await t.differences()).toEqual([]);
  });

  it("fails with a step and with its source, and its steps with it", async () => {
    const t = await found("fall");
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
