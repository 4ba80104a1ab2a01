import * as contracts from "@gastown/contracts";
import type { DataOf, Job, PolicyOverride, Verdict } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { sql } from "@gastown/db/drizzle";
import { describe, expect, it } from "vitest";
import { TestTown } from "./test/test-town.ts";
import { useTown } from "./test/use-town.ts";

const used = useTown();

/** A town in which agents are looked after. */
class CareTown extends TestTown {
  /** A bead, and the start of the agent that was sent to work on it. */
  async begin(generation = 1, create = true): Promise<Job> {
    if (create) await this.create();
    return this.waitFor(contracts.startAgent, (job) => job.generation === generation);
  }

  async nudge(agent: string, fields: Partial<DataOf<typeof contracts.sendNudge>> = {}): Promise<string> {
    const { nudge } = await this.applied(contracts.sendNudge, { agent, message: "Look at this", ...fields });
    return String(nudge);
  }

  answer(nudge: string, agent: string, state: "delivered" | "failed"): Promise<Verdict> {
    const reason = state === "failed" ? "it does not run any more" : "";
    return this.send(contracts.reportNudge, { nudge, agent, state, reason }, "service:dispatcher");
  }

  async nudges(agent: string): Promise<[string, string, boolean][]> {
    const { items } = await this.read(contracts.listNudges, { agent });
    return items.map(({ nudge, state, deliveredAt }) => [nudge, state, deliveredAt !== null]);
  }
}

const found = (id: string, policy?: PolicyOverride) => new CareTown(used, id).found(policy);

describe("nudges", () => {
  it("are given to the start that runs, once each and with a receipt", async () => {
    const t = await found("receipt");
    const job = await t.begin();
    await t.report(job, "running");
    const later = await t.nudge(job.agent);
    const now = await t.nudge(job.agent, { mode: "immediate", priority: "urgent", message: "Now" });
    const given = await t.waitFor(contracts.nudgeAgent, ({ nudge }) => nudge === now);
    expect(given).toEqual({ agent: job.agent, generation: 1, nudge: now, message: "Now", mode: "immediate" });
    expect(await t.waitFor(contracts.nudgeAgent, ({ nudge }) => nudge === later)).toMatchObject({ mode: "wait-idle" });
    for (const nudge of [now, later, later])
      expect(await t.answer(nudge, job.agent, "delivered")).toMatchObject({ outcome: "applied" });
    expect(await t.nudges(job.agent)).toEqual([
      [now, "delivered", true],
      [later, "delivered", true],
    ]);
    await eventually(() => expect(t.told(contracts.nudgeSettled)).toHaveLength(2));
    await t.heard();
    expect(t.asked(contracts.nudgeAgent)).toHaveLength(2);
    const { items, next } = await t.read(contracts.listNudges, { limit: 1, state: ["delivered"] });
    expect(items.map(({ nudge }) => nudge)).toEqual([now]);
    const rest = await t.read(contracts.listNudges, { limit: 1, after: next ?? "" });
    expect(rest).toMatchObject({ items: [{ nudge: later }], next: null });
    expect(await t.answer("n-zzz", job.agent, "delivered")).toMatchObject({
      outcome: "terminal",
      code: "nudge_not_found",
    });
    await expect(new TestTown(used, "nowhere").read(contracts.listNudges, {})).rejects.toMatchObject({
      code: "not_found",
    });
  });

  it("wait for the next start when the one they were for has ended (W16)", async () => {
    const t = await found("between", { dispatchCooldownMs: [0] });
    const first = await t.begin();
    await t.report(first, "running");
    const early = await t.nudge(first.agent);
    await t.waitFor(contracts.nudgeAgent, ({ generation }) => generation === 1);
    await t.report(first, "exited", { reason: "crashed" });
    await t.answer(early, first.agent, "failed");
    const second = await t.begin(2, false);
    const late = await t.nudge(first.agent, { mode: "queue" });
    expect(await t.nudges(first.agent)).toEqual([
      [late, "pending", false],
      [early, "pending", false],
    ]);
    await t.report(second, "running");
    await t.waitFor(contracts.nudgeAgent, ({ generation, nudge }) => generation === 2 && nudge === early);
    await t.answer(early, first.agent, "delivered");
    await t.waitFor(contracts.nudgeAgent, ({ generation, nudge }) => generation === 2 && nudge === late);
    await t.answer(late, first.agent, "failed");
    expect(await t.nudges(first.agent)).toEqual([
      [late, "failed", false],
      [early, "delivered", true],
    ]);
    expect(await t.differences()).toEqual([]);
  });

  it("expire when nobody could be given them in time", async () => {
    const t = await found("expiry");
    const job = await t.begin();
    const nudge = await t.nudge(job.agent, { ttlMs: 1000, mode: "immediate" });
    await eventually(() => expect(t.told(contracts.nudgeSettled)).toMatchObject([{ nudge, state: "expired" }]));
    await t.heard();
    expect(t.asked(contracts.nudgeAgent)).toEqual([]);
    expect(await t.answer(nudge, job.agent, "delivered")).toMatchObject({ outcome: "applied" });
    expect(await t.nudges(job.agent)).toEqual([[nudge, "expired", false]]);
  });

  it("tell an agent at work of its mail, once", async () => {
    const t = await found("mail");
    const job = await t.begin();
    const mail = { to: job.agent, subject: "Hello", body: "Look at the tests" };
    await t.send(contracts.sendMail, mail);
    await t.heard();
    expect(t.asked(contracts.nudgeAgent)).toEqual([]);
    await t.report(job, "running");
    const given = await t.waitFor(contracts.nudgeAgent);
    expect(given).toMatchObject({ mode: "wait-idle", message: expect.stringContaining("user:ann") });
    await t.answer(given.nudge, job.agent, "delivered");
    const taken = await t.send(contracts.checkMail, { agent: job.agent }, `agent:${job.agent}`);
    expect(taken.result).toMatchObject({ mail: [{ subject: "Hello" }] });
    expect(await t.nudges(job.agent)).toHaveLength(1);
  });
});

describe("an agent that does nothing", () => {
  it("is asked to go on, then decided about, then stopped, and works again when its process is gone", async () => {
    // Each step comes soon once the one before it was seen, however long that took: a late look takes the hardest step only.
    const t = await found("stuck", { stuckWarnMs: 500, dispatchCooldownMs: [600_000] });
    const job = await t.begin();
    await t.report(job, "running");
    const warning = await t.waitFor(contracts.nudgeAgent);
    expect(warning).toMatchObject({ mode: "immediate", message: expect.stringContaining(job.bead.bead) });
    await t.answer(warning.nudge, job.agent, "delivered");
    await t.send(contracts.updateTown, { policy: { stuckEscalateMs: 1000 } });
    await t.waitFor(
      contracts.nudgeAgent,
      ({ nudge, message }) => nudge !== warning.nudge && message.includes("Others"),
    );
    await t.send(contracts.updateTown, { policy: { stuckStopMs: 1500 } });
    await t.waitFor(contracts.stopAgent, ({ agent, generation }) => agent === job.agent && generation === 1);
    expect(await t.read(contracts.getBead, { bead: job.bead.bead })).toMatchObject({
      status: "open",
      assignee: null,
      attempts: 1,
    });
    expect(await t.read(contracts.getAgent, { agent: job.agent })).toMatchObject({ status: "stalled", hook: null });
    const { items } = await t.read(contracts.listBeads, { label: "gt:triage-request" });
    expect(items).toMatchObject([{ triage: { type: "stuck_agent", agent: job.agent, about: job.bead.bead } }]);
    await t.report(job, "exited", { reason: "stopped" });
    await eventually(async () =>
      expect(await t.read(contracts.getAgent, { agent: job.agent })).toMatchObject({ status: "idle", stalledAt: null }),
    );
    await eventually(() =>
      expect(t.told(contracts.agentStuck).map(({ tier }) => tier)).toEqual(["warn", "escalate", "stop"]),
    );
    // What was said about the start that is over is not said to the next one.
    expect((await t.nudges(job.agent)).map(([, state]) => state)).toEqual(["expired", "delivered"]);
    expect(await t.differences()).toEqual([]);
  });

  it("is not warned while a tool runs, but stopped all the same", async () => {
    const t = await found("busy", { stuckWarnMs: 200, stuckEscalateMs: 700, maxOpenTriage: 0 });
    const job = await t.begin();
    const { agent, generation } = job;
    const seen = { agent, generation, aliveAt: new Date().toISOString(), activeAt: null, busy: true };
    await t.send(contracts.reportHeartbeat, { agents: [seen] }, "service:dispatcher");
    await t.report(job, "running");
    await eventually(() => expect(t.told(contracts.agentStuck)).toMatchObject([{ tier: "escalate" }]));
    await t.send(contracts.updateTown, { policy: { stuckStopMs: 1200 } });
    await t.waitFor(contracts.stopAgent, (data) => data.agent === agent);
    await t.heard();
    expect(t.told(contracts.agentStuck).map(({ tier }) => tier)).toEqual(["escalate", "stop"]);
  });
});

describe("an agent nobody uses", () => {
  it("is removed with what was still to be said to it, and its name is free", async () => {
    // Until there is something left to be said to it; then it was kept long enough at once.
    const keep = 600_000;
    const t = await found("collect", { agentKeepMs: keep, budgetPeriodMs: 1000 });
    const job = await t.begin();
    await t.report(job, "running");
    await t.send(contracts.sendMail, { to: job.agent, subject: "Hello", body: "" });
    await t.waitFor(contracts.nudgeAgent);
    await t.send(contracts.closeBead, { bead: job.bead.bead });
    await t.waitFor(contracts.stopAgent);
    await t.report(job, "exited", { reason: "stopped" });
    const { aliveAt } = await t.read(contracts.getAgent, { agent: job.agent });
    await eventually(async () => expect((await t.row()).due).toBe(Date.parse(aliveAt ?? "") + keep + 1));
    const queued = await t.nudge(job.agent, { ttlMs: 60_000 });
    const mail = await t.send(contracts.sendMail, { to: job.agent, subject: "Again", body: "" });
    await t.send(contracts.updateTown, { policy: { agentKeepMs: 1000 } });
    await eventually(() => expect(t.told(contracts.agentRemoved)).toMatchObject([{ agent: job.agent, name: "Anvil" }]));
    await expect(t.read(contracts.getAgent, { agent: job.agent })).rejects.toMatchObject({ code: "not_found" });
    await expect(t.read(contracts.getBead, { bead: job.agent })).rejects.toMatchObject({ code: "not_found" });
    expect(await t.read(contracts.listNudges, {})).toMatchObject({ items: [] });
    await t.heard();
    expect(t.told(contracts.nudgeSettled)).toContainEqual(expect.objectContaining({ nudge: queued, state: "expired" }));
    const { items } = await t.read(contracts.listBeads, { type: ["message"] });
    expect(items.map(({ status }) => status)).toEqual(["closed", "closed"]);
    expect(items[0]?.bead).toBe(mail.result?.["bead"]);
    expect(await t.read(contracts.getBead, { bead: job.bead.bead })).toMatchObject({
      status: "closed",
      assignee: job.agent,
    });
    await eventually(async () => expect((await t.row()).due).toBeNull());
    expect(await t.differences()).toEqual([]);
    await t.send(contracts.createBead, { rig: "web", title: "Next" });
    const next = await t.waitFor(contracts.startAgent, ({ agent }) => agent !== job.agent);
    expect(next.name).toBe("Anvil");
  });
});

describe("a town that is not as it can be", () => {
  it("is repaired, and the damage is told once", async () => {
    const t = await found("damage", { dispatchCooldownMs: [600_000] });
    const job = await t.begin();
    await t.report(job, "running");
    await used.db.drizzle.execute(sql`update town.agents set hook = null where town = 'damage'`);
    await t.send(contracts.createBead, { rig: "web", title: "Calls for a look", held: true });
    await eventually(() =>
      expect(t.told(contracts.invariantViolated)).toEqual([
        {
          invariant: "a working agent has a bead of its own in progress",
          about: [job.agent],
          repair: `${job.agent} worked on nothing: the agent has no bead and is idle`,
        },
      ]),
    );
    expect(await t.read(contracts.getBead, { bead: job.bead.bead })).toMatchObject({ status: "open", assignee: null });
    await t.send(contracts.createBead, { rig: "web", title: "Calls for another look", held: true });
    const history = await t.read(contracts.getBeadHistory, { bead: job.agent });
    expect(history.items.filter(({ type }) => type === "invariant.violated")).toHaveLength(1);
  });
});
