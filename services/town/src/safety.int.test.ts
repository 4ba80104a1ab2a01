import * as contracts from "@gastown/contracts";
import type { Job, PolicyOverride, Verdict } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { describe, expect, it } from "vitest";
import { TestTown } from "./test/test-town.ts";
import { useTown } from "./test/use-town.ts";

const used = useTown();

type End = { readonly state?: "exited" | "failed"; readonly cause?: contracts.EndCause };

/** A town in which the work goes wrong or becomes too dear. */
class SafetyTown extends TestTown {
  /** The n-th start the dispatcher was asked for, for a bead when one is given. */
  started(n: number, bead?: string): Promise<Job> {
    return eventually(() => {
      const jobs = this.asked(contracts.startAgent, (job) => bead === undefined || job.bead.bead === bead);
      const job = jobs[n - 1];
      if (job === undefined) throw new Error(`${jobs.length} starts were asked for, not ${n}`);
      return job;
    });
  }

  ends(job: Job, { state = "exited", cause }: End): Promise<Verdict> {
    const why = cause === undefined ? {} : { cause };
    return this.report(job, state, { reason: cause ?? "no image", ...why });
  }

  beats({ agent, generation }: Job, tokens: number): Promise<Verdict> {
    const at = new Date().toISOString();
    return this.send(contracts.reportHeartbeat, { agents: [{ agent, generation, aliveAt: at, activeAt: at, tokens }] });
  }

  async stopped({ agent, generation }: Job): Promise<void> {
    await this.waitFor(contracts.stopAgent, (one) => one.agent === agent && one.generation === generation);
  }

  town() {
    return this.read(contracts.getTown, {});
  }

  /** Waits until the explanation of a bead has these words. */
  async comesToSay(bead: string, words: RegExp): Promise<void> {
    await eventually(async () => {
      const summary = await this.says(bead);
      if (!words.test(summary)) throw new Error(`${bead} says: ${summary}`);
    });
  }
}

const found = (id: string, policy: PolicyOverride) =>
  new SafetyTown(used, id).found({ dispatchCooldownMs: [0], ...policy });

describe("setbacks", () => {
  it("never fail a bead, whatever happens to its starts, and people are told once (W8)", async () => {
    const t = await found("setback", { setbackAlarm: 3, maxDispatchAttempts: 2, breakerRigFailures: 100 });
    const bead = await t.create();
    const ends: End[] = [
      { state: "failed" },
      { cause: "container_lost" },
      { cause: "saved" },
      { cause: "stopped" },
      { state: "failed" },
    ];
    for (const [index, end] of ends.entries()) {
      const job = await t.started(index + 1);
      if (end.state === undefined) await t.report(job, "running");
      await t.ends(job, end);
    }
    await t.started(6);
    // Of six dispatches two never ran and used nothing.
    expect(await t.bead(bead)).toMatchObject({
      status: "in_progress",
      attempts: 1,
      setbacks: 5,
      spent: { dispatches: 4 },
    });
    await t.heard();
    const raised = t.told(contracts.escalationRaised);
    expect(raised).toEqual([expect.objectContaining({ title: `${bead} does not get to work: Do it` })]);
  });
});

describe("the breaker", () => {
  it("opens after failed attempts, once, and closes by itself when they are old (W7)", async () => {
    // Longer than the test takes on any machine: all three failures are in it, and it is seen open.
    const windowMs = 600_000;
    const t = await found("breaker", { breakerRigFailures: 3, breakerWindowMs: windowMs, maxDispatchAttempts: 50 });
    const bead = await t.create();
    const began = Date.now();
    for (const n of [1, 2, 3]) await t.ends(await t.started(n), { cause: "crashed" });
    await t.comesToSay(bead, /waits \d+ min for the breaker of rig web: 3 attempts failed in the last 10 min/);
    expect((await t.town()).breaker).toEqual({ town: false, rigs: ["web"] });
    await t.heard();
    expect(t.asked(contracts.startAgent)).toHaveLength(3);
    // All three are old in a second or so.
    await t.send(contracts.updateTown, { policy: { breakerWindowMs: Date.now() - began + 1000 } });
    await t.started(4);
    expect(await t.bead(bead)).toMatchObject({ status: "in_progress", attempts: 4 });
    expect((await t.town()).breaker).toEqual({ town: false, rigs: [] });
    await t.heard();
    expect(t.told(contracts.breakerOpened)).toEqual([{ rig: "web", failures: 3, windowMs }]);
    expect(t.told(contracts.breakerClosed)).toEqual([{ rig: "web" }]);
  });

  it("closes when the town is thawed", async () => {
    const t = await found("thaw", { breakerFailures: 1 });
    await t.create();
    await t.ends(await t.started(1), { cause: "crashed" });
    await eventually(async () => expect((await t.town()).breaker.town).toBe(true));
    expect(await t.send(contracts.thawTown, {})).toMatchObject({ outcome: "applied" });
    await t.started(2);
  });
});

describe("the emergency stop", () => {
  it("ends what runs, sends nobody, has nothing due, and goes on where it was when thawed", async () => {
    const t = await found("estop", {});
    const bead = await t.create();
    const job = await t.started(1);
    await t.report(job, "running");
    expect(await t.send(contracts.estopTown, { reason: "too dear" })).toMatchObject({ outcome: "applied" });
    expect(await t.send(contracts.estopTown, { reason: "again" })).toMatchObject({ outcome: "applied" });
    await t.stopped(job);
    await t.comesToSay(bead, /waits: the town is stopped by user:ann since/);
    expect(await t.bead(bead)).toMatchObject({ status: "open", assignee: null, attempts: 0, setbacks: 0 });
    const other = await t.create();
    await t.comesToSay(other, /too dear/);
    await t.ends(job, { cause: "stopped" });
    await eventually(async () => expect((await t.row()).due).toBeNull());
    await t.heard();
    expect(t.asked(contracts.startAgent)).toHaveLength(1);
    expect((await t.town()).stopped).toMatchObject({ by: "user:ann", reason: "too dear" });

    await t.send(contracts.thawTown, {});
    const again = await t.started(2, bead);
    expect(again.branch).toBe(job.branch);
    expect((await t.bead(bead)).attempts).toBe(1);
    await t.heard();
    expect(t.told(contracts.townStopped)).toEqual([{ by: "user:ann", reason: "too dear" }]);
    expect(t.told(contracts.townThawed)).toEqual([{ by: "user:ann" }]);
  });

  it("is not needed to have a town looked at: that can be asked for", async () => {
    const t = await found("now", {});
    await eventually(async () => expect((await t.row()).due).toBeNull());
    const { version } = await t.row();
    expect(await t.send(contracts.reconcileNow, {})).toMatchObject({ outcome: "applied" });
    // Saved by the command, and by the look that follows.
    await eventually(async () => expect(await t.row()).toEqual({ due: null, version: version + 2 }));
  });
});

describe("budgets", () => {
  it("of tokens stop the work when a heartbeat tells that they are used up, and it goes on when they are raised", async () => {
    const t = await found("tokens", { budgetBeadTokens: 1000 });
    const bead = await t.create();
    const job = await t.started(1);
    await t.report(job, "running");
    await t.beats(job, 999);
    await t.beats(job, 1000);
    await t.stopped(job);
    await t.comesToSay(bead, /waits for a person: it has used up its budget of 1000 tokens/);
    expect(await t.bead(bead)).toMatchObject({ status: "open", attempts: 0, spent: { tokens: 1000, dispatches: 1 } });
    await t.ends(job, { cause: "stopped" });
    await eventually(() =>
      expect(t.told(contracts.budgetExceeded)).toMatchObject([
        { scope: "bead", id: bead, budget: "budgetBeadTokens", limit: 1000, spent: { tokens: 1000 } },
      ]),
    );
    await t.send(contracts.updateTown, { policy: { budgetBeadTokens: 2000 } });
    await t.started(2);
    await t.heard();
    expect(t.told(contracts.budgetExceeded)).toHaveLength(1);
  });

  it("of time stop the work at the very moment, and those of a town give way with the next period", async () => {
    const began = Date.now();
    const t = await found("time", { budgetTownAgentMs: 1500 });
    const bead = await t.create();
    const job = await t.started(1);
    await t.report(job, "running");
    await t.stopped(job);
    await t.comesToSay(
      bead,
      /waits \d+ h for the next budget period: the town has used up its budget of 2 s of agent time/,
    );
    await t.ends(job, { cause: "stopped" });
    // The period of a day is over in a second or so.
    await t.send(contracts.updateTown, { policy: { budgetPeriodMs: Date.now() - began + 1000 } });
    await t.started(2);
    expect((await t.town()).spent).toMatchObject({ dispatches: 1, agentMs: 0 });
    await t.heard();
    expect(t.told(contracts.budgetExceeded)).toMatchObject([
      { scope: "town", id: "time", budget: "budgetTownAgentMs" },
    ]);
  });

  it("of dispatches end endless rework", async () => {
    const t = await found("dispatches", { budgetBeadDispatches: 2, maxDispatchAttempts: 50 });
    const bead = await t.create();
    for (const n of [1, 2]) await t.ends(await t.started(n), { cause: "crashed" });
    await t.comesToSay(bead, /waits for a person: it has used up its budget of 2 dispatches/);
    expect(await t.bead(bead)).toMatchObject({ status: "open", spent: { dispatches: 2 } });
  });
});
