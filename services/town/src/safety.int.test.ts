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
import type { Command, DataOf, Envelope, Job, Query, ReplyOf, Verdict } from "@gastown/contracts";
import { connectDatabase, type Database } from "@gastown/db";
import type { RunningService } from "@gastown/service";
import { createLogger } from "@gastown/telemetry";
import { eventually, useServers } from "@gastown/testkit";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { start } from "./wiring.ts";

const logger = createLogger("test", { level: "silent" });
const servers = useServers();
const stop = new AbortController();
/** What the town asked the dispatcher and the forge for. */
const asked: CommandMessage[] = [];
const events: Envelope[] = [];
let bus: Bus;
let service: RunningService;
let db: Database;

beforeAll(async () => {
  bus = await connectBus({ servers: servers.natsUrl, name: "test", inboxPrefix: "_INBOX_test", logger });
  await provision(bus, { logger });
  const config = { natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl };
  service = await start(config, { logger, signal: stop.signal });
  db = await connectDatabase({ url: servers.databaseUrl, schema: "town", name: "test", logger });
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
  await service.close();
  await db.close();
  stop.abort();
  await bus.close();
});

type End = { readonly state?: "exited" | "failed"; readonly cause?: contracts.EndCause };

/** A town of a test's own with one rig, spoken to as people and the dispatcher do. */
class TestTown {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }

  static async found(id: string, policy: contracts.PolicyOverride): Promise<TestTown> {
    const t = new TestTown(id);
    await t.send(contracts.createTown, { name: id, policy: { dispatchCooldownMs: [0], ...policy } });
    await t.send(contracts.addRig, { rig: "web", prefix: "gt", source: "/src/web" });
    const usable = { defaultBranch: "main", cloneUrl: "http://forge/web.git", reason: null };
    await t.send(contracts.reportRig, { rig: "web", state: "ready", ...usable });
    return t;
  }

  async send<C extends Command>(command: C, data: C["data"]["_zod"]["input"]): Promise<Verdict> {
    const envelope = newEnvelope(command, { town: this.id, data, actor: "user:ann", source: "/test" });
    return sendCommand(bus, command, envelope, { timeoutMs: 20_000 });
  }

  async read<Q extends Query>(query: Q, data: Q["data"]["_zod"]["input"]): Promise<ReplyOf<Q>> {
    return (await ask(bus, query, { town: this.id, data })).data;
  }

  asked<C extends Command>(command: C): DataOf<C>[] {
    return asked
      .filter(({ envelope }) => envelope.townid === this.id && envelope.type === command.type)
      .map(({ envelope }) => envelope.data as DataOf<C>);
  }

  told(event: contracts.Event): unknown[] {
    return events.filter(({ townid, type }) => townid === this.id && type === event.type).map(({ data }) => data);
  }

  async create(): Promise<string> {
    return String((await this.send(contracts.createBead, { rig: "web", title: "Do it" })).result?.["bead"]);
  }

  /** The n-th start the dispatcher was asked for, for a bead when one is given. */
  started(n: number, bead?: string): Promise<Job> {
    return eventually(() => {
      const jobs = this.asked(contracts.startAgent).filter((job) => bead === undefined || job.bead.bead === bead);
      const job = jobs[n - 1];
      if (job === undefined) throw new Error(`${jobs.length} starts were asked for, not ${n}`);
      return job;
    });
  }

  async runs({ agent, generation }: Job): Promise<void> {
    const at = new Date().toISOString();
    await this.send(contracts.reportAgent, { agent, generation, state: "running", reason: "", at });
  }

  async ends({ agent, generation }: Job, { state = "exited", cause }: End): Promise<void> {
    const at = new Date().toISOString();
    const why = cause === undefined ? {} : { cause };
    await this.send(contracts.reportAgent, { agent, generation, state, reason: cause ?? "no image", ...why, at });
  }

  beats({ agent, generation }: Job, tokens: number): Promise<Verdict> {
    const at = new Date().toISOString();
    return this.send(contracts.reportHeartbeat, { agents: [{ agent, generation, aliveAt: at, activeAt: at, tokens }] });
  }

  async stopped({ agent, generation }: Job): Promise<void> {
    await eventually(() =>
      this.asked(contracts.stopAgent).some((one) => one.agent === agent && one.generation === generation),
    );
  }

  bead(bead: string) {
    return this.read(contracts.getBead, { bead });
  }

  town() {
    return this.read(contracts.getTown, {});
  }

  /** Waits until the explanation of a bead has these words. */
  async says(bead: string, words: RegExp): Promise<void> {
    await eventually(async () => {
      const { summary } = await this.read(contracts.explainBead, { bead });
      if (!words.test(summary)) throw new Error(`${bead} says: ${summary}`);
    });
  }

  async row(): Promise<{ due: string | null; version: number }> {
    const { rows } = await db.drizzle.execute<{ due: string | null; version: number }>(
      sql`select next_look_at::text as due, version from town.towns where town = ${this.id}`,
    );
    return rows[0] ?? { due: null, version: 0 };
  }
}

describe("setbacks", () => {
  it("never fail a bead, whatever happens to its starts, and people are told once (W8)", async () => {
    const t = await TestTown.found("setback", { setbackAlarm: 3, maxDispatchAttempts: 2, breakerRigFailures: 100 });
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
      if (end.state === undefined) await t.runs(job);
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
    const raised = t.told(contracts.escalationRaised);
    expect(raised).toEqual([expect.objectContaining({ title: `${bead} does not get to work: Do it` })]);
  });
});

describe("the breaker", () => {
  it("opens after failed attempts, once, and closes by itself when they are old (W7)", async () => {
    const t = await TestTown.found("breaker", {
      breakerRigFailures: 3,
      breakerWindowMs: 3000,
      maxDispatchAttempts: 50,
    });
    const bead = await t.create();
    for (const n of [1, 2, 3]) await t.ends(await t.started(n), { cause: "crashed" });
    await t.says(bead, /waits \d s for the breaker of rig web: 3 attempts failed in the last 3 s/);
    expect((await t.town()).breaker).toEqual({ town: false, rigs: ["web"] });
    expect(t.asked(contracts.startAgent)).toHaveLength(3);
    await t.started(4);
    expect(await t.bead(bead)).toMatchObject({ status: "in_progress", attempts: 4 });
    expect((await t.town()).breaker).toEqual({ town: false, rigs: [] });
    expect(t.told(contracts.breakerOpened)).toEqual([{ rig: "web", failures: 3, windowMs: 3000 }]);
    expect(t.told(contracts.breakerClosed)).toEqual([{ rig: "web" }]);
  });

  it("closes when the town is thawed", async () => {
    const t = await TestTown.found("thaw", { breakerFailures: 1 });
    await t.create();
    await t.ends(await t.started(1), { cause: "crashed" });
    await eventually(async () => expect((await t.town()).breaker.town).toBe(true));
    expect(await t.send(contracts.thawTown, {})).toMatchObject({ outcome: "applied" });
    await t.started(2);
  });
});

describe("the emergency stop", () => {
  it("ends what runs, sends nobody, has nothing due, and goes on where it was when thawed", async () => {
    const t = await TestTown.found("estop", {});
    const bead = await t.create();
    const job = await t.started(1);
    await t.runs(job);
    expect(await t.send(contracts.estopTown, { reason: "too dear" })).toMatchObject({ outcome: "applied" });
    expect(await t.send(contracts.estopTown, { reason: "again" })).toMatchObject({ outcome: "applied" });
    await t.stopped(job);
    await t.says(bead, /waits: the town is stopped by user:ann since/);
    expect(await t.bead(bead)).toMatchObject({ status: "open", assignee: null, attempts: 0, setbacks: 0 });
    const other = await t.create();
    await t.says(other, /too dear/);
    await t.ends(job, { cause: "stopped" });
    await eventually(async () => expect((await t.row()).due).toBeNull());
    expect(t.asked(contracts.startAgent)).toHaveLength(1);
    expect((await t.town()).stopped).toMatchObject({ by: "user:ann", reason: "too dear" });

    await t.send(contracts.thawTown, {});
    const again = await t.started(2, bead);
    expect(again.branch).toBe(job.branch);
    expect((await t.bead(bead)).attempts).toBe(1);
    expect(t.told(contracts.townStopped)).toEqual([{ by: "user:ann", reason: "too dear" }]);
    expect(t.told(contracts.townThawed)).toEqual([{ by: "user:ann" }]);
  });

  it("is not needed to have a town looked at: that can be asked for", async () => {
    const t = await TestTown.found("now", {});
    await eventually(async () => expect((await t.row()).due).toBeNull());
    const { version } = await t.row();
    expect(await t.send(contracts.reconcileNow, {})).toMatchObject({ outcome: "applied" });
    // Saved by the command, and by the look that follows.
    await eventually(async () => expect(await t.row()).toEqual({ due: null, version: version + 2 }));
  });
});

describe("budgets", () => {
  it("of tokens stop the work when a heartbeat tells that they are used up, and it goes on when they are raised", async () => {
    const t = await TestTown.found("tokens", { budgetBeadTokens: 1000 });
    const bead = await t.create();
    const job = await t.started(1);
    await t.runs(job);
    await t.beats(job, 999);
    await t.beats(job, 1000);
    await t.stopped(job);
    await t.says(bead, /waits for a person: it has used up its budget of 1000 tokens/);
    expect(await t.bead(bead)).toMatchObject({ status: "open", attempts: 0, spent: { tokens: 1000, dispatches: 1 } });
    await t.ends(job, { cause: "stopped" });
    await eventually(() =>
      expect(t.told(contracts.budgetExceeded)).toMatchObject([
        { scope: "bead", id: bead, budget: "budgetBeadTokens", limit: 1000, spent: { tokens: 1000 } },
      ]),
    );
    await t.send(contracts.updateTown, { policy: { budgetBeadTokens: 2000 } });
    await t.started(2);
    expect(t.told(contracts.budgetExceeded)).toHaveLength(1);
  });

  it("of time stop the work at the very moment, and those of a town give way with the next period", async () => {
    const t = await TestTown.found("time", { budgetTownAgentMs: 1500, budgetPeriodMs: 5000 });
    const bead = await t.create();
    const job = await t.started(1);
    await t.runs(job);
    await t.stopped(job);
    await t.says(bead, /waits \d s for the next budget period: the town has used up its budget of 2 s of agent time/);
    await t.ends(job, { cause: "stopped" });
    await t.started(2);
    expect((await t.town()).spent).toMatchObject({ dispatches: 1, agentMs: 0 });
    expect(t.told(contracts.budgetExceeded)).toMatchObject([
      { scope: "town", id: "time", budget: "budgetTownAgentMs" },
    ]);
  });

  it("of dispatches end endless rework", async () => {
    const t = await TestTown.found("dispatches", { budgetBeadDispatches: 2, maxDispatchAttempts: 50 });
    const bead = await t.create();
    for (const n of [1, 2]) await t.ends(await t.started(n), { cause: "crashed" });
    await t.says(bead, /waits for a person: it has used up its budget of 2 dispatches/);
    expect(await t.bead(bead)).toMatchObject({ status: "open", spent: { dispatches: 2 } });
  });
});
