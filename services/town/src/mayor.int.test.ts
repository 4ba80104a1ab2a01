import * as contracts from "@gastown/contracts";
import type { EnsuredMayor, Job, MayorSeen, PolicyOverride, ToldMayor } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { describe, expect, it } from "vitest";
import { TestTown } from "./test/test-town.ts";
import { useTown } from "./test/use-town.ts";

const used = useTown();

/** A town whose people speak with its mayor. */
class MayorTown extends TestTown {
  async ensure(seen: MayorSeen | null = null): Promise<EnsuredMayor> {
    return contracts.ensuredMayor.parse(await this.applied(contracts.ensureMayor, { seen }));
  }

  async say(message: string): Promise<ToldMayor> {
    return contracts.toldMayor.parse(await this.applied(contracts.tellMayor, { message }));
  }

  /** The order for a start of the mayor, once it is given. */
  started(generation: number): Promise<Job> {
    return this.waitFor(contracts.startAgent, (job) => job.role === "mayor" && job.generation === generation);
  }

  /** A start of the mayor that runs. */
  async run(generation: number): Promise<Job> {
    const job = await this.started(generation);
    await this.report(job, "running");
    return job;
  }

  /** As the dispatcher, once it is asked by this start of the mayor to say it: what came of that. */
  async give(nudge: string, { agent, generation }: Job, state: "delivered" | "failed" = "delivered"): Promise<void> {
    await this.waitFor(contracts.nudgeAgent, (asked) => asked.nudge === nudge && asked.generation === generation);
    await this.send(contracts.reportNudge, { nudge, agent, state, reason: state }, "service:dispatcher");
  }

  /** As the dispatcher: the mayor was seen in a turn, or without one. */
  beat({ agent, generation }: Job, busy: boolean) {
    const at = new Date().toISOString();
    const beat = { agent, generation, aliveAt: at, activeAt: at, busy };
    return this.send(contracts.reportHeartbeat, { agents: [beat] }, "service:dispatcher");
  }

  async mayor() {
    const { mayor } = await this.read(contracts.getMayor, {});
    if (mayor === null) throw new Error("there is no mayor");
    return mayor;
  }

  /** It is seen like this, and nothing more is decided about it. */
  rests(says: string): Promise<unknown> {
    return eventually(async () => {
      const { agent, status } = await this.mayor();
      const { due } = await this.row();
      return status === "idle" && due === null && (await this.says(agent.agent)) === `${agent.agent} ${says}`;
    });
  }

  /** The generations it was asked to be started as; one that is asked for again, as nothing is heard of it, is the same start. */
  async starts(): Promise<number[]> {
    await this.heard();
    const asked = this.asked(contracts.startAgent, ({ role }) => role === "mayor");
    return [...new Set(asked.map(({ generation }) => generation))];
  }
}

const found = (id: string, policy?: PolicyOverride) => new MayorTown(used, id).found(policy);
const warm: MayorSeen = { generation: 1, alive: true, session: true, busy: false };

describe("a town's mayor", () => {
  it("is made and started when somebody opens the town, and stays warm until it is stopped for nobody's use", async () => {
    const t = await found("open", { budgetPeriodMs: 1000 });
    expect(await t.read(contracts.getMayor, {})).toEqual({ mayor: null });
    const first = await t.ensure();
    expect(first).toMatchObject({ decisions: ["fresh_dispatch"], status: "starting" });
    const job = await t.started(1);
    expect(job).toMatchObject({ agent: first.agent, role: "mayor", rig: null, branch: null, base: null });
    expect(job.bead).toEqual({ bead: first.agent, type: "agent", title: "mayor", body: "" });
    expect(await t.ensure({ ...warm, session: false })).toMatchObject({ decisions: [], status: "starting" });
    await t.run(1);
    expect(await t.ensure(warm)).toEqual({ agent: first.agent, decisions: ["short_circuit_warm"], status: "active" });
    await t.beat(job, false);
    expect(await t.mayor()).toMatchObject({ status: "active", agent: { status: "waiting" }, pending: 0 });
    await t.report(job, "exited", { reason: "mayor_idle_5m", cause: "stopped" });
    await t.rests("rests: nobody wants anything of it");
    expect(await t.starts()).toEqual([1]);
    expect(await t.ensure({ ...warm, alive: false, session: false })).toMatchObject({ decisions: ["fresh_dispatch"] });
    await t.started(2);
    await eventually(() =>
      expect(t.told(contracts.mayorEnsured).map(({ decisions }) => decisions)).toEqual([
        ["fresh_dispatch"],
        [],
        ["short_circuit_warm"],
        ["fresh_dispatch"],
      ]),
    );
    expect(await t.differences()).toEqual([]);
  });

  it("is given what is said to it, once and with a receipt, whatever becomes of its starts (W16)", async () => {
    const t = await found("say", { dispatchCooldownMs: [0], askAgainMs: 1000 });
    const first = await t.say("Hello");
    expect(first.status).toBe("starting");
    const one = await t.run(1);
    await t.give(first.nudge, one);
    expect(await t.mayor()).toMatchObject({ agent: { status: "working" }, pending: 0 });
    await t.beat(one, false);
    // Its server goes while a message is on its way: nobody was given it, and its next start is.
    const second = await t.say("Are you there?");
    expect(second.status).toBe("active");
    await t.give(second.nudge, one, "failed");
    await t.report(one, "exited", { reason: "crashed", cause: "crashed" });
    const two = await t.run(2);
    await t.waitFor(contracts.nudgeAgent, ({ nudge, generation }) => nudge === second.nudge && generation === 2);
    await t.report(two, "exited", { reason: "container_lost", cause: "container_lost" });
    const three = await t.run(3);
    await t.give(second.nudge, three);
    await t.beat(three, false);
    await t.report(three, "exited", { reason: "mayor_idle_5m", cause: "stopped" });
    await eventually(async () => expect((await t.mayor()).status).toBe("idle"));
    const third = await t.say("And now?");
    await t.give(third.nudge, await t.run(4));
    await eventually(() =>
      expect(t.told(contracts.nudgeSettled).map(({ nudge, state }) => [nudge, state])).toEqual(
        [first, second, third].map(({ nudge }) => [nudge, "delivered"]),
      ),
    );
    expect(await t.starts()).toEqual([1, 2, 3, 4]);
    expect(await t.differences()).toEqual([]);
  });

  it("is started anew when its server is torn down, and the old start is ended", async () => {
    const t = await found("torn");
    await t.ensure();
    const job = await t.run(1);
    await t.beat(job, false);
    const again = await t.ensure({ ...warm, session: false });
    expect(again).toMatchObject({ decisions: ["sdk_dead_redispatch", "fresh_dispatch"], status: "starting" });
    await t.waitFor(contracts.stopAgent, ({ agent, generation }) => agent === job.agent && generation === 1);
    await t.run(2);
    expect(await t.report(job, "exited", { reason: "stopped" })).toMatchObject({ outcome: "refused", code: "stale" });
    expect(await t.mayor()).toMatchObject({ status: "active" });
  });

  it("learns of escalations and mail, is stopped with its town, and let go on only for what is to be said to it", async () => {
    const t = await found("stopped", { budgetPeriodMs: 1000 });
    const { agent } = await t.ensure();
    const one = await t.run(1);
    await t.beat(one, false);
    await t.send(contracts.estopTown, { reason: "wait" });
    await t.waitFor(contracts.stopAgent, (asked) => asked.agent === agent);
    await t.report(one, "exited", { reason: "stopped", cause: "stopped" });
    await t.rests("rests: the town is stopped by user:ann");
    expect(await t.ensure()).toMatchObject({ decisions: [], status: "idle" });
    await t.send(contracts.thawTown, {});
    await t.rests("rests: nobody wants anything of it");
    await t.send(contracts.estopTown, { reason: "wait" });
    await t.send(contracts.raiseEscalation, { title: "Look at this", severity: "high" });
    await t.send(contracts.thawTown, {});
    const two = await t.run(2);
    const told = await t.waitFor(contracts.nudgeAgent, ({ generation }) => generation === 2);
    expect(told).toMatchObject({ agent, mode: "wait-idle", message: expect.stringContaining("mail") });
    await t.give(told.nudge, two);
    const { result } = await t.send(contracts.checkMail, { agent }, `agent:${agent}`);
    expect(result).toMatchObject({ mail: [{ subject: expect.stringContaining("Look at this") }] });
    expect(await t.starts()).toEqual([1, 2]);
    expect(await t.differences()).toEqual([]);
  });

  it("is given another model while it runs, and shows what is in effect", async () => {
    const t = await found("model");
    const { agent } = await t.ensure();
    await t.run(1);
    const model = async () => (await t.read(contracts.getAgent, { agent })).model;
    expect(await model()).toEqual({ wished: null, inEffect: null, failure: null });
    await t.send(contracts.updateTown, { models: { mayor: "grand" } });
    const asked = await t.waitFor(contracts.changeAgentModel);
    expect(asked).toEqual({ agent, generation: 1, model: "grand" });
    const told = { agent, generation: 1, wished: "grand", model: "small", failure: "no room" };
    await t.send(contracts.reportModel, told, "service:dispatcher");
    expect(await model()).toEqual({ wished: "grand", inEffect: "small", failure: "no room" });
    await t.send(contracts.reportModel, { ...told, model: "grand", failure: null }, "service:dispatcher");
    expect(await model()).toEqual({ wished: "grand", inEffect: "grand", failure: null });
    await t.heard();
    expect(t.asked(contracts.changeAgentModel)).toHaveLength(1);
    expect(await t.differences()).toEqual([]);
  });
});
