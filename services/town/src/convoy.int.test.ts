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
import type { Command, DataOf, Envelope, Job, PolicyOverride, Query, ReplyOf, Verdict } from "@gastown/contracts";
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
const worlds = new Map<string, World>();
const events: Envelope[] = [];
const failures: unknown[] = [];
let bus: Bus;
let db: Database;
let replica: RunningService;

beforeAll(async () => {
  bus = await connectBus({ servers: servers.natsUrl, name: "test", inboxPrefix: "_INBOX_test", logger });
  await provision(bus, { logger });
  replica = await start(
    { natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl },
    { logger, signal: stop.signal },
  );
  db = await connectDatabase({ url: servers.databaseUrl, schema: "town", name: "test", logger });
  for (const owner of ["dispatcher", "scm"] as const) {
    const handle = (message: CommandMessage) => {
      worlds.get(message.envelope.townid)?.take(message);
      return Promise.resolve({ outcome: "applied" as const });
    };
    consumeCommands(bus, { owner, service: owner, handle, logger, signal: stop.signal });
  }
  void (async () => {
    for await (const event of followEvents(bus, { fromSeq: 1, signal: stop.signal })) events.push(event.envelope);
  })();
});

afterAll(async () => {
  expect(failures).toEqual([]);
  await replica.close();
  stop.abort();
  await db.close();
  await bus.close();
});

type Told = Partial<DataOf<typeof contracts.reportPull>> & Pick<DataOf<typeof contracts.reportPull>, "state">;
interface Pull {
  readonly bead: string;
  readonly rig: string;
  readonly number: number;
  readonly branch: string;
  readonly base: string;
}

/**
 * A town with a dispatcher, agents and a forge that do at once what they are asked for: polecats push a new head, refineries approve,
 * pull requests are ready and are merged. What a test wants to tell itself it keeps back by `holds`.
 */
class World {
  readonly town: string;
  readonly asked: CommandMessage["envelope"][] = [];
  /** What is not done by itself. */
  holds: (type: string, data: Record<string, unknown>) => boolean = () => false;
  readonly pulls = new Map<string, Pull>();
  readonly heads = new Map<string, string>();
  private made = 0;
  private revision = 0;

  constructor(town: string) {
    this.town = town;
    worlds.set(town, this);
  }

  async send<C extends Command>(command: C, data: C["data"]["_zod"]["input"], actor = "user:ann"): Promise<Verdict> {
    const envelope = newEnvelope(command, { town: this.town, data, actor, source: "/test" });
    return sendCommand(bus, command, envelope, { timeoutMs: 30_000 });
  }
  async read<Q extends Query>(query: Q, data: Q["data"]["_zod"]["input"]): Promise<ReplyOf<Q>> {
    return (await ask(bus, query, { town: this.town, data, timeoutMs: 20_000 })).data;
  }
  bead(bead: string) {
    return this.read(contracts.getBead, { bead });
  }
  convoy(convoy: string) {
    return this.read(contracts.getConvoy, { convoy });
  }
  says(bead: string) {
    return this.read(contracts.explainBead, { bead });
  }
  told(type: string): Envelope[] {
    return events.filter((event) => event.townid === this.town && event.type === type);
  }
  waitFor<C extends Command>(command: C, matches: (data: DataOf<C>) => boolean = () => true): Promise<DataOf<C>> {
    return eventually(
      () => {
        const found = this.asked.findLast(({ type, data }) => type === command.type && matches(data as DataOf<C>));
        if (found === undefined) throw new Error(`${command.type} was not asked for`);
        return found.data as DataOf<C>;
      },
      { timeoutMs: 20_000 },
    );
  }
  /** The landing in a rig: the pull request from the convoy's own branch. */
  landing(rig: string, attempt = 1): Promise<DataOf<typeof contracts.openPull>> {
    return eventually(
      () => {
        const opened = this.asked.filter(
          ({ type, data }) =>
            type === contracts.openPull.type && isLanding(data as DataOf<typeof contracts.openPull>, rig),
        );
        const beads = [...new Set(opened.map(({ data }) => (data as DataOf<typeof contracts.openPull>).bead))];
        const found = opened.find(
          ({ data }) => (data as DataOf<typeof contracts.openPull>).bead === beads[attempt - 1],
        );
        if (found === undefined) throw new Error(`landing ${attempt} in ${rig} was not asked for`);
        return found.data as DataOf<typeof contracts.openPull>;
      },
      { timeoutMs: 20_000 },
    );
  }

  take({ envelope }: CommandMessage): void {
    this.asked.push(envelope);
    const data = envelope.data as Record<string, unknown>;
    if (this.holds(envelope.type, data)) return;
    // Answers that come after the test has ended find nobody there any more.
    this.deeds[envelope.type]?.(data).catch((error: unknown) => stop.signal.aborted || failures.push(error));
  }
  private readonly deeds: Record<string, (data: unknown) => Promise<unknown>> = {
    [contracts.registerRepo.type]: (data) => {
      const { rig } = data as DataOf<typeof contracts.registerRepo>;
      const ready = {
        state: "ready",
        defaultBranch: "main",
        cloneUrl: `http://forge/${rig}.git`,
        reason: null,
      } as const;
      return this.send(contracts.reportRig, { rig, ...ready }, "service:scm");
    },
    [contracts.createBranch.type]: (data) => this.branch(data as DataOf<typeof contracts.createBranch>, null),
    [contracts.startAgent.type]: (data) => this.work(data as Job),
    [contracts.stopAgent.type]: (data) => this.exit(data as DataOf<typeof contracts.stopAgent>, "stopped"),
    [contracts.openPull.type]: (data) => {
      const { bead, rig, head: branch, base } = data as DataOf<typeof contracts.openPull>;
      return this.pull({ bead, rig, branch, base }, { state: "ready" });
    },
    [contracts.mergePull.type]: (data) => {
      const { bead } = data as DataOf<typeof contracts.mergePull>;
      return this.report(bead, { state: "merged", mergeCommit: "e".repeat(40) });
    },
    [contracts.closePull.type]: (data) => {
      const { rig, number } = data as DataOf<typeof contracts.closePull>;
      const pull = [...this.pulls.values()].find((each) => each.rig === rig && each.number === number);
      return pull === undefined ? Promise.resolve() : this.report(pull.bead, { state: "closed" });
    },
  };

  branch({ rig, branch }: { rig: string; branch: string }, reason: string | null): Promise<Verdict> {
    const state = reason === null ? "ready" : "failed";
    return this.send(contracts.reportBranch, { rig, branch, state, reason }, "service:scm");
  }
  newHead({ rig, branch }: { rig: string; branch: string }): string {
    this.made += 1;
    const head = this.made.toString(16).padStart(40, "0");
    this.heads.set(`${rig} ${branch}`, head);
    return head;
  }
  headOf({ rig, branch }: { rig: string; branch: string }): string {
    return this.heads.get(`${rig} ${branch}`) ?? this.newHead({ rig, branch });
  }
  /** The start runs, and ends its work well. */
  async work(job: Job): Promise<Verdict> {
    const { agent, generation } = job;
    const about = { agent, generation, at: new Date().toISOString() };
    await this.send(contracts.reportAgent, { ...about, state: "running", reason: "" }, "service:dispatcher");
    const verdict = await this.done(job, job.review === null ? "completed" : "approved");
    await this.exit(job, "done");
    return verdict;
  }
  done(job: Job, outcome: DataOf<typeof contracts.agentDone>["outcome"]): Promise<Verdict> {
    const { agent, generation, bead, branch, rig } = job;
    const head = job.review?.head ?? this.newHead({ rig: rig.rig, branch });
    const data = { agent, generation, bead: bead.bead, outcome, head, summary: "what I did" };
    return this.send(contracts.agentDone, data, `agent:${agent}`);
  }
  exit({ agent, generation }: { agent: string; generation: number }, reason: string): Promise<Verdict> {
    const data = { agent, generation, state: "exited", reason, at: new Date().toISOString() } as const;
    return this.send(contracts.reportAgent, data, "service:dispatcher");
  }
  /** The pull request of a bead, which is made when it is not there. */
  pull(about: Omit<Pull, "number">, told: Told): Promise<Verdict> {
    const number = this.pulls.get(about.bead)?.number ?? this.pulls.size + 1;
    this.pulls.set(about.bead, { ...about, number });
    return this.report(about.bead, told);
  }
  report(bead: string, told: Told): Promise<Verdict> {
    const pull = this.pulls.get(bead);
    if (pull === undefined) throw new Error(`${bead} has no pull request`);
    this.revision += 1;
    const head = this.headOf(pull);
    const since = new Date().toISOString();
    const plain = {
      url: `http://forge/${pull.number}`,
      head,
      causes: [],
      mergeCommit: null,
      revision: this.revision,
      since,
    };
    return this.send(contracts.reportPull, { ...pull, ...plain, ...told }, "service:scm");
  }
}

function isLanding({ rig, head }: DataOf<typeof contracts.openPull>, of: string): boolean {
  return rig === of && head.endsWith("/head");
}
const holdsLandings = (type: string, data: Record<string, unknown>) =>
  type === contracts.openPull.type && String(data["head"]).endsWith("/head");

const quick = { dispatchCooldownMs: [0], landingCooldownMs: 500, landingCooldownMaxMs: 1000, askAgainMs: 60_000 };

async function found(id: string, policy: PolicyOverride = {}): Promise<World> {
  const world = new World(id);
  expect(await world.send(contracts.createTown, { name: id, policy: { ...quick, ...policy } })).toMatchObject({
    outcome: "applied",
  });
  for (const [rig, prefix] of [
    ["web", "gt"],
    ["api", "ap"],
  ] as const) {
    expect(await world.send(contracts.addRig, { rig, prefix, source: `/src/${rig}` })).toMatchObject({
      outcome: "applied",
    });
  }
  await eventually(async () => {
    const { items } = await world.read(contracts.listRigs, {});
    expect(items.map(({ state }) => state)).toEqual(["ready", "ready"]);
  });
  return world;
}

/** base → left (web) and right (api) → top (api) */
const diamond = [
  { rig: "web", title: "Base" },
  { rig: "web", title: "Left", dependsOn: [0] },
  { rig: "api", title: "Right", dependsOn: [0] },
  { rig: "api", title: "Top", dependsOn: [1, 2] },
];
interface Made {
  readonly convoy: string;
  readonly beads: readonly [string, string, string, string];
}
async function create(world: World, fields: Partial<DataOf<typeof contracts.createConvoy>> = {}): Promise<Made> {
  const verdict = await world.send(contracts.createConvoy, { title: "Add OAuth", tasks: diamond, ...fields });
  expect(verdict).toMatchObject({ outcome: "applied" });
  return verdict.result as unknown as Made;
}
const landed = (world: World, convoy: string) =>
  eventually(async () => expect(await world.convoy(convoy)).toMatchObject({ status: "landed" }), { timeoutMs: 30_000 });

describe("a convoy whose work is gathered first", () => {
  it("waits staged, then for its branches, lands in both rigs after a long wait for a person and a conflict", async () => {
    const world = await found("gather", { stagedConvoys: true });
    world.holds = (type, data) => holdsLandings(type, data) || type === contracts.createBranch.type;
    const { convoy, beads } = await create(world);
    const [base, left, right, top] = beads;
    expect(await world.convoy(convoy)).toMatchObject({ status: "staged", total: 4, mergeMode: "review-then-land" });
    const staged = `${base} waits for its convoy ${convoy}, which is staged`;
    await eventually(async () => expect((await world.says(base)).summary).toBe(staged));
    expect((await world.read(contracts.listBeads, { ready: true })).items).toEqual([]);

    await world.send(contracts.startConvoy, { convoy });
    const { branch } = await world.waitFor(contracts.createBranch, ({ rig }) => rig === "web");
    expect(branch).toBe(`convoy/add-oauth/${convoy}/head`);
    await world.branch(await world.waitFor(contracts.createBranch, ({ rig }) => rig === "api"), null);
    await world.branch({ rig: "web", branch }, "the disk is full");
    const waits = `${base} waits for branch ${branch} in rig web, which the forge could not make: the disk is full`;
    await eventually(async () => expect((await world.says(base)).summary).toBe(waits));
    expect((await world.read(contracts.listBeads, { ready: true })).items).toEqual([]);
    expect(world.asked.filter(({ type }) => type === contracts.startAgent.type)).toEqual([]);
    const again = () =>
      world.asked.filter(
        ({ type, data }) => type === contracts.createBranch.type && (data as { rig: string }).rig === "web",
      );
    await eventually(() => expect(again().length).toBeGreaterThan(1));
    await world.branch({ rig: "web", branch }, null);

    const job = await world.waitFor(contracts.startAgent, ({ bead }) => bead.bead === base);
    expect(job).toMatchObject({
      base: branch,
      branch: expect.stringMatching(`^convoy/add-oauth/${convoy}/gt/[a-z]+/${base}$`),
    });
    const opened = await world.waitFor(contracts.openPull, ({ title }) => title === "Base");
    expect(opened.base).toBe(branch);

    const inWeb = await world.landing("web");
    const inApi = await world.landing("api");
    expect(inWeb).toMatchObject({ head: branch, base: "main", title: "Add OAuth" });
    expect(inWeb.body).toContain(`- ${left}: Left`);
    expect(inApi.body).toContain(`- ${right}: Right\n- ${top}: Top`);
    expect(await world.convoy(convoy)).toMatchObject({ status: "landing", closed: 4, failed: 0 });

    // A person is waited for in one rig since a month: nothing is asked, nothing is due.
    const monthAgo = new Date(Date.now() - 30 * 86_400_000).toISOString();
    const about = { bead: inWeb.bead, rig: "web", branch, base: "main" };
    const causes = [{ state: "awaiting_approval" as const, message: "1 of 1 approvals" }];
    await world.pull(about, { state: "awaiting_approval", since: monthAgo, causes });
    await eventually(async () => {
      const { summary, nextLookAt } = await world.says(inWeb.bead);
      expect(summary).toBe(`${inWeb.bead} waits for approval by a person since ${monthAgo} (1 of 1 approvals)`);
      expect(nextLookAt).toBeNull();
    });
    await world.report(inWeb.bead, { state: "awaiting_approval", since: monthAgo, causes: [] });

    // The other lands meanwhile, after a conflict that a polecat resolves on the convoy's branch.
    await world.pull(
      { bead: inApi.bead, rig: "api", branch, base: "main" },
      { state: "conflicts", causes: [{ state: "conflicts", message: "in auth.ts" }] },
    );
    const repair = await world.waitFor(contracts.startAgent, ({ kind }) => kind === "fixup");
    expect(repair).toMatchObject({ branch, base: "main", rig: { rig: "api" }, review: null });
    expect(repair.feedback).toContain("- conflicts: in auth.ts");
    await eventually(async () =>
      expect(await world.bead(repair.bead.bead)).toMatchObject({
        status: "closed",
        labels: ["gt:pr-conflict"],
        parent: inApi.bead,
      }),
    );
    await eventually(() =>
      expect(
        world.asked.filter(
          ({ type, data }) => type === contracts.openPull.type && (data as { bead: string }).bead === inApi.bead,
        ),
      ).toHaveLength(2),
    );
    const head = world.headOf({ rig: "api", branch });
    await world.report(inApi.bead, { state: "ready" });
    const read = await world.waitFor(contracts.startAgent, ({ bead }) => bead.bead === inApi.bead);
    expect(read).toMatchObject({ role: "refinery", review: { head, source: { bead: convoy } } });
    await eventually(async () =>
      expect(await world.convoy(convoy)).toMatchObject({
        status: "landing",
        landings: [
          { rig: "web", landedAt: null },
          { rig: "api", landedAt: expect.any(String) },
        ],
      }),
    );

    // Nothing of it makes the town due: what does are an escalation to raise in hours and agents to remove in a day.
    await eventually(async () => {
      const { rows } = await db.drizzle.execute<{ soon: boolean }>(
        sql`select coalesce(next_look_at < now() + interval '1 hour', false) as soon from towns where town = 'gather'`,
      );
      expect(rows[0]?.soon).toBe(false);
    });
    expect(
      world.asked.some(
        ({ type, data }) => type === contracts.startAgent.type && (data as Job).bead.bead === inWeb.bead,
      ),
    ).toBe(false);
    await world.report(inWeb.bead, { state: "ready" });
    await landed(world, convoy);
    expect(await world.bead(convoy)).toMatchObject({ status: "closed", labels: ["gt:convoy"] });

    await eventually(() => expect(world.told("town.convoy.landed")).toHaveLength(1));
    expect(world.told("town.convoy.landed")[0]?.data).toEqual({ convoy, partial: false });
    expect(world.told("town.convoy.rig-landed")).toHaveLength(2);
    expect(world.told("town.convoy.landing-requested").map(({ data }) => data)).toMatchObject([
      { attempt: 1 },
      { attempt: 1 },
    ]);
    expect(world.told("town.reconciler.respawn_suppressed").map(({ data }) => data)).toEqual([
      { convoyId: convoy, rig: "web", suppressedAttempt: 2 },
    ]);
    expect(world.told("town.pr.awaiting_approval_detected").map(({ data }) => data)).toEqual([
      { bead: inWeb.bead, source: convoy, since: monthAgo, causes: ["1 of 1 approvals"] },
    ]);
    const [resolved] = world.told("town.pr.awaiting_approval_resolved");
    const { waitedMs } = resolved?.data as { waitedMs: number };
    expect(resolved?.data).toMatchObject({ bead: inWeb.bead, state: "ready" });
    expect(waitedMs).toBeGreaterThanOrEqual(30 * 86_400_000);
    expect(waitedMs).toBeLessThan(30 * 86_400_000 + 120_000);
    const progress = world.told("town.convoy.progressed").map(({ data }) => (data as { closed: number }).closed);
    expect(progress.at(-1)).toBe(4);
    expect(world.told("town.escalation.raised")).toHaveLength(1);
  });

  it("tries again after a person closed its landing, and is done where there is nothing to merge", async () => {
    const world = await found("again");
    world.holds = holdsLandings;
    const { convoy } = await create(world, {
      tasks: [{ rig: "web", title: "One", body: "", priority: "medium", labels: [], dependsOn: [] }],
    });
    const first = await world.landing("web");
    await world.pull({ bead: first.bead, rig: "web", branch: first.head, base: "main" }, { state: "checks_pending" });
    await world.report(first.bead, { state: "closed" });
    const second = await world.landing("web", 2);
    expect(second.head).toBe(first.head);
    expect(await world.bead(first.bead)).toMatchObject({ status: "failed", failure: { code: "pr_closed" } });
    expect(await world.convoy(convoy)).toMatchObject({
      status: "landing",
      landings: [{ attempts: 2, request: second.bead }],
    });
    // A late word about the one that failed changes nothing (W30).
    await world.report(first.bead, { state: "closed" });
    const nothing = { bead: second.bead, rig: "web", code: "nothing_to_merge", reason: "main has all of it." };
    expect(await world.send(contracts.refusePull, nothing, "service:scm")).toMatchObject({ outcome: "applied" });
    await landed(world, convoy);
  });

  it("fails when its attempts are used up, and people are told; a person may then close it", async () => {
    const world = await found("exhaust", { maxLandingAttempts: 2, codeReview: false });
    world.holds = holdsLandings;
    const { convoy } = await create(world, {
      tasks: [{ rig: "web", title: "One", body: "", priority: "medium", labels: [], dependsOn: [] }],
    });
    for (const attempt of [1, 2]) {
      const { bead, head } = await world.landing("web", attempt);
      await world.pull({ bead, rig: "web", branch: head, base: "main" }, { state: "closed" });
    }
    await eventually(async () => expect(await world.convoy(convoy)).toMatchObject({ status: "failed" }));
    expect(await world.bead(convoy)).toMatchObject({ failure: { code: "landing_mr_exhausted" } });
    await eventually(() => expect(world.told("town.convoy.failed")).toHaveLength(1));
    expect(world.told("town.escalation.raised")[0]?.data).toMatchObject({
      title: `convoy ${convoy} cannot land: Add OAuth`,
    });
    expect(await world.send(contracts.closeConvoy, { convoy })).toMatchObject({ outcome: "applied" });
    expect(await world.convoy(convoy)).toMatchObject({ status: "closed", landedAt: null });
  });
});

describe("a convoy whose beads are merged one by one", () => {
  it("lands when all are merged, and makes no branch", async () => {
    const world = await found("single");
    const { convoy, beads } = await create(world, { mergeMode: "review-and-merge" });
    await landed(world, convoy);
    for (const bead of beads)
      expect(await world.bead(bead)).toMatchObject({ status: "closed", mergeRequest: { target: "main" } });
    expect(world.asked.some(({ type }) => type === contracts.createBranch.type)).toBe(false);
    expect(await world.convoy(convoy)).toMatchObject({
      branch: null,
      landings: [],
      closed: 4,
      spent: { dispatches: 4 },
    });
  });

  it("waits for a person when a bead fails (W26), who accepts it", async () => {
    const world = await found("failing", { codeReview: false });
    world.holds = (type, data) => type === contracts.startAgent.type && (data as unknown as Job).bead.title === "Left";
    const { convoy, beads } = await create(world, { mergeMode: "review-and-merge" });
    const job = await world.waitFor(contracts.startAgent, ({ bead }) => bead.title === "Left");
    await world.done(job, "failed");
    const [, left, right, top] = beads;
    await eventually(async () => expect(await world.bead(right)).toMatchObject({ status: "closed" }));
    await eventually(async () => expect((await world.says(top)).summary).toBe(`${top} waits for ${left} (failed)`));
    expect((await world.says(convoy)).nextLookAt).toBeNull();
    await world.send(contracts.closeBead, { bead: left });
    await landed(world, convoy);
    await eventually(() => expect(world.told("town.convoy.landed")[0]?.data).toEqual({ convoy, partial: true }));
  });
});

describe("a convoy at work", () => {
  it("is closed by force with its beads, their agents and pull requests; what comes late changes nothing", async () => {
    const world = await found("force");
    world.holds = (type) => type === contracts.startAgent.type || type === contracts.openPull.type;
    const tasks = ["One", "Two"].map((title) => ({
      rig: "web",
      title,
      body: "",
      priority: "medium" as const,
      labels: [],
      dependsOn: [],
    }));
    const { convoy, beads } = await create(world, { tasks });
    const [one, two] = beads;
    const job = await world.waitFor(contracts.startAgent, ({ bead }) => bead.bead === one);
    const other = await world.waitFor(contracts.startAgent, ({ bead }) => bead.bead === two);
    await world.work(other);
    const { bead: request, head: branch, base } = await world.waitFor(contracts.openPull);
    await world.pull({ bead: request, rig: "web", branch, base }, { state: "checks_failing" });
    await world.report(request, { state: "awaiting_approval" });
    expect(await world.send(contracts.closeConvoy, { convoy, reason: "not needed" })).toMatchObject({
      outcome: "applied",
    });
    expect(await world.convoy(convoy)).toMatchObject({ status: "closed", closed: 2, landedAt: null });
    for (const bead of [...beads, request]) expect(await world.bead(bead)).toMatchObject({ status: "closed" });
    await world.waitFor(contracts.stopAgent, ({ agent }) => agent === job.agent);
    await world.waitFor(contracts.closePull, ({ rig }) => rig === "web");
    expect(await world.done(job, "completed")).toMatchObject({ outcome: "refused", code: "not_hooked" });
    await eventually(() =>
      expect(world.told("town.pr.awaiting_approval_resolved")[0]?.data).toMatchObject({
        bead: request,
        state: "closed",
      }),
    );
    expect(await world.send(contracts.closeConvoy, { convoy })).toMatchObject({ outcome: "applied" });
  });

  it("takes beads in and lets them go, and is listed with what it has", async () => {
    const world = await found("change", { maxPolecatsPerRig: 1 });
    world.holds = (type) => type === contracts.startAgent.type;
    const { convoy, beads } = await create(world);
    const [base, left, right, top] = beads;
    await world.waitFor(contracts.startAgent, ({ bead }) => bead.bead === base);
    const extra = await world.send(contracts.createBead, { rig: "web", title: "Extra", held: true });
    const bead = String(extra.result?.["bead"]);
    expect(await world.send(contracts.addToConvoy, { convoy, beads: [bead] })).toMatchObject({ outcome: "applied" });
    expect(await world.send(contracts.addToConvoy, { convoy, beads: [bead] })).toMatchObject({ outcome: "applied" });
    expect(await world.bead(bead)).toMatchObject({ convoy, parent: convoy });
    expect(await world.send(contracts.updateBead, { bead, dependsOn: [convoy] })).toMatchObject({
      code: "dependency_cycle",
    });
    expect(await world.send(contracts.removeFromConvoy, { convoy, beads: [base] })).toMatchObject({
      code: "wrong_state",
    });
    expect(await world.send(contracts.removeFromConvoy, { convoy, beads: [left] })).toMatchObject({
      outcome: "applied",
    });
    expect(await world.bead(left)).toMatchObject({ convoy: null, parent: null, dependsOn: [] });
    expect(await world.bead(top)).toMatchObject({ dependsOn: [right] });
    await eventually(() => expect(world.told("town.convoy.changed")).toHaveLength(2));
    const members = await world.read(contracts.listBeads, { convoy });
    expect(members.items.map((item) => item.bead)).toEqual([bead, top, right, base]);
    expect(
      (await world.read(contracts.listBeads, { parent: convoy, kind: ["task"], type: ["issue"] })).items,
    ).toHaveLength(4);
    expect((await world.read(contracts.listBeads, { kind: ["fixup"] })).items).toEqual([]);

    const second = await create(world, { title: "Second", staged: true });
    const page = await world.read(contracts.listConvoys, { limit: 1 });
    expect(page.items.map((item) => item.convoy)).toEqual([second.convoy]);
    const rest = await world.read(contracts.listConvoys, { limit: 1, after: page.next ?? "" });
    expect(rest).toMatchObject({ items: [{ convoy, status: "active", beads: [base, right, top, bead] }], next: null });
    expect((await world.read(contracts.listConvoys, { status: ["staged"] })).items).toMatchObject([
      { convoy: second.convoy },
    ]);
    expect(
      (await world.read(contracts.listConvoys, { status: ["landing", "landed", "closed", "failed"] })).items,
    ).toEqual([]);
    await expect(world.convoy("hq-zz")).rejects.toMatchObject({ code: "not_found" });
    await expect(world.convoy(base)).rejects.toMatchObject({ code: "not_found" });
  });

  it("refuses what can never be, naming it", async () => {
    const world = await found("refuse");
    const task = { rig: "web", title: "A" };
    expect(
      await world.send(contracts.createConvoy, {
        title: "x",
        tasks: [
          { ...task, dependsOn: [1] },
          { ...task, dependsOn: [0] },
        ],
      }),
    ).toMatchObject({
      outcome: "refused",
      code: "dependency_cycle",
      message: expect.stringContaining("0 (A) → 1 (A) → 0 (A)"),
    });
    expect(await world.send(contracts.createConvoy, { title: "x", tasks: [{ ...task, rig: "ios" }] })).toMatchObject({
      outcome: "terminal",
      code: "rig_not_found",
    });
    expect(await world.send(contracts.startConvoy, { convoy: "hq-zz" })).toMatchObject({
      outcome: "terminal",
      code: "convoy_not_found",
    });
  });
});

describe("a pull request nobody in the town wrote", () => {
  it("is followed, repaired and merged without a refinery", async () => {
    const world = await found("adopt");
    world.holds = (type) => type === contracts.openPull.type;
    const adopted = await world.send(contracts.adoptPull, { rig: "web", number: 41 });
    const bead = String(adopted.result?.["bead"]);
    expect(await world.waitFor(contracts.followPull)).toEqual({ rig: "web", number: 41, bead });
    world.pulls.set(bead, { bead, rig: "web", number: 41, branch: "their/work", base: "release" });
    await world.report(bead, {
      state: "checks_failing",
      causes: [{ state: "checks_failing", message: "2 tests fail" }],
    });
    const repair = await world.waitFor(contracts.startAgent, ({ kind }) => kind === "fixup");
    expect(repair).toMatchObject({ branch: "their/work", base: "release" });
    expect(repair.feedback).toContain("2 tests fail");
    await eventually(() =>
      expect(world.asked.filter(({ type }) => type === contracts.followPull.type)).toHaveLength(2),
    );
    await world.report(bead, { state: "ready" });
    await eventually(async () =>
      expect(await world.bead(bead)).toMatchObject({
        status: "closed",
        mergeRequest: { adopted: true, state: "merged", branch: "their/work", target: "release" },
      }),
    );
    expect(
      world.asked.some(({ type, data }) => type === contracts.startAgent.type && (data as Job).role === "refinery"),
    ).toBe(false);
  });

  it("is left alone when its bead is closed, and has failed when it cannot be followed", async () => {
    const world = await found("letgo");
    const adopt = async (number: number) => {
      const { result } = await world.send(contracts.adoptPull, { rig: "web", number });
      return String(result?.["bead"]);
    };
    const bead = await adopt(41);
    world.pulls.set(bead, { bead, rig: "web", number: 41, branch: "their/work", base: "main" });
    await world.report(bead, { state: "checks_pending" });
    expect(await world.send(contracts.closeBead, { bead })).toMatchObject({ outcome: "applied" });
    expect(await world.report(bead, { state: "ready" })).toMatchObject({ outcome: "refused", code: "stale" });
    const gone = await adopt(99);
    await world.waitFor(contracts.followPull, ({ number }) => number === 99);
    const reason = "There is no pull request 99 in web.";
    await world.send(contracts.refusePull, { bead: gone, rig: "web", code: "pr_not_found", reason }, "service:scm");
    expect(await world.bead(gone)).toMatchObject({
      status: "failed",
      failure: { code: "pr_not_found", message: reason },
    });
    await world.send(contracts.createBead, { rig: "web", title: "Something else", held: true });
    expect(world.asked.some(({ type }) => type === contracts.closePull.type)).toBe(false);
  });
});

describe("replay (R17)", () => {
  it("decides all of this again as it was decided", async () => {
    for (const town of worlds.keys()) {
      const replayed = (await ask(bus, contracts.replayTown, { town, data: {}, timeoutMs: 20_000 })).data;
      expect({ town, differences: replayed.differences }).toEqual({ town, differences: [] });
    }
  });
});
