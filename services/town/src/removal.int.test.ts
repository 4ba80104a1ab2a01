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
import { connectDatabase, lockTown, saveOutbox, snapshot, transaction, type Database } from "@gastown/db";
import type { RunningService } from "@gastown/service";
import { createLogger } from "@gastown/telemetry";
import { eventually, useServers } from "@gastown/testkit";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeTrees } from "./domain/remove-trees.ts";
import { loadStates } from "./store/load-state.ts";
import { loadWholeTown } from "./store/load-whole-town.ts";
import { start } from "./wiring.ts";

const logger = createLogger("test", { level: "silent" });
const servers = useServers();
const stop = new AbortController();
const head = (digit: string) => digit.repeat(40);
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

/** A town of a test's own, spoken to as people, agents, the dispatcher and the forge do. */
class TestTown {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }

  static async found(id: string, policy: contracts.PolicyOverride = {}): Promise<TestTown> {
    const t = new TestTown(id);
    await t.done(contracts.createTown, { name: id, policy: { dispatchCooldownMs: [0], ...policy } });
    await t.addRig("web", "gt");
    return t;
  }

  async addRig(rig: string, prefix: string): Promise<void> {
    await this.done(contracts.addRig, { rig, prefix, source: `/src/${rig}` });
    const usable = { defaultBranch: "main", cloneUrl: "http://forge/web.git", reason: null };
    await this.done(contracts.reportRig, { rig, state: "ready", ...usable });
  }

  async send<C extends Command>(command: C, data: C["data"]["_zod"]["input"], actor = "user:ann"): Promise<Verdict> {
    const envelope = newEnvelope(command, { town: this.id, data, actor, source: "/test" });
    return sendCommand(bus, command, envelope, { timeoutMs: 20_000 });
  }

  /** The result of a command that is applied. */
  async done<C extends Command>(command: C, data: C["data"]["_zod"]["input"], actor?: string) {
    const verdict = await this.send(command, data, actor);
    if (verdict.outcome !== "applied") throw new Error(`${command.type} was ${verdict.outcome}: ${verdict.message}`);
    return verdict.result ?? {};
  }

  async read<Q extends Query>(query: Q, data: Q["data"]["_zod"]["input"]): Promise<ReplyOf<Q>> {
    return (await ask(bus, query, { town: this.id, data })).data;
  }

  asked<C extends Command>(command: C): DataOf<C>[] {
    return asked
      .filter(({ envelope }) => envelope.townid === this.id && envelope.type === command.type)
      .map(({ envelope }) => envelope.data as DataOf<C>);
  }

  wasAsked<C extends Command>(command: C, like: object): Promise<DataOf<C>> {
    return eventually(() => {
      const found = this.asked(command).findLast((data) =>
        Object.entries(like).every(([field, value]) => Reflect.get(data as object, field) === value),
      );
      if (found === undefined) throw new Error(`${command.type} was not asked for with ${JSON.stringify(like)}`);
      return found;
    });
  }

  told(event: contracts.Event): Envelope[] {
    return events.filter(({ townid, type }) => townid === this.id && type === event.type);
  }

  async create(fields: Partial<DataOf<typeof contracts.createBead>> = {}): Promise<string> {
    return String((await this.done(contracts.createBead, { rig: "web", title: "Do it", ...fields }))["bead"]);
  }

  /** The last start the dispatcher was asked for, for a bead. */
  started(bead: string): Promise<Job> {
    return eventually(() => {
      const job = this.asked(contracts.startAgent).findLast((each) => each.bead.bead === bead);
      if (job === undefined) throw new Error(`no start was asked for ${bead}`);
      return job;
    });
  }

  runs({ agent, generation }: Job, state: "running" | "exited" = "running") {
    const at = new Date().toISOString();
    return this.send(contracts.reportAgent, { agent, generation, state, reason: "done", at }, "service:dispatcher");
  }

  handsIn({ agent, generation, bead }: Job) {
    const data = { agent, generation, bead: bead.bead, outcome: "completed", head: head("1"), summary: "s" } as const;
    return this.send(contracts.agentDone, data, `agent:${agent}`);
  }

  pull(bead: string, fields: { number?: number; revision?: number; state?: contracts.PrState } = {}) {
    const { number = 7, revision = 1, state = "checks_pending" } = fields;
    const known = { url: "http://forge/7", head: head("1"), branch: "b", base: "main", mergeCommit: null };
    const told = { bead, rig: "web", number, revision, state, causes: [{ state, message: "m" }] };
    return this.send(contracts.reportPull, { ...known, ...told, since: new Date().toISOString() }, "service:scm");
  }

  /** Whether its log leads to what is stored: same inputs, same state (R17). */
  async replayed() {
    const { data } = await ask(bus, contracts.replayTown, { town: this.id, data: {}, timeoutMs: 20_000 });
    const { differences, deterministic, followsToday } = data;
    return { differences, deterministic, followsToday };
  }
}

const faithful = { differences: [], deterministic: true, followsToday: true };
const notFound = { code: "not_found" };
const terminal = (code: string) => ({ outcome: "terminal", code });

describe("deleting beads", () => {
  it("takes all that goes with them, stops who is on it, and lets go on what waits for them", async () => {
    const t = await TestTown.found("tree");
    const parent = await t.create({ title: "Parent" });
    const child = await t.create({ parent, held: true });
    const waiting = await t.create({ dependsOn: [parent], title: "Waiting" });
    const job = await t.started(parent);
    await t.runs(job);
    await t.handsIn(job);
    await t.runs(job, "exited");
    const { bead: request } = await t.wasAsked(contracts.openPull, { head: job.branch });
    await t.pull(request);
    const reading = await t.started(request);
    await t.runs(reading);
    const help = await t.done(contracts.raiseEscalation, { bead: parent, title: "Help" });

    const removed = await t.done(contracts.deleteBeads, { beads: [parent, "gt-zz"] });
    const gone = [parent, child, request, String(help["bead"])];
    expect(removed).toMatchObject({ deleted: expect.arrayContaining(gone), missing: ["gt-zz"] });
    for (const bead of gone) await expect(t.read(contracts.getBead, { bead })).rejects.toMatchObject(notFound);
    await t.wasAsked(contracts.releasePull, { bead: request, rig: "web", close: true });
    await t.wasAsked(contracts.stopAgent, { agent: reading.agent, generation: reading.generation });
    expect(await t.read(contracts.getAgent, { agent: reading.agent })).toMatchObject({ hook: null, status: "idle" });
    const next = await t.started(waiting);
    expect(next.bead.title).toBe("Waiting");
    expect(await t.read(contracts.getBead, { bead: waiting })).toMatchObject({ dependsOn: [], blockedBy: [] });
    await eventually(() =>
      expect(t.told(contracts.beadDeleted).map(({ data }) => data)).toContainEqual({
        bead: request,
        type: "merge_request",
      }),
    );

    expect(await t.pull(request, { revision: 2, state: "closed" })).toMatchObject(terminal("bead_not_found"));
    expect(await t.handsIn(job)).toMatchObject(terminal("bead_not_found"));
    expect(await t.send(contracts.closeBead, { bead: parent })).toMatchObject(terminal("bead_not_found"));
    expect(await t.done(contracts.deleteBeads, { beads: [parent] })).toEqual({ deleted: [], missing: [parent] });
    const { items } = await t.read(contracts.getBeadHistory, { bead: parent });
    expect(items.at(-1)).toMatchObject({ type: "bead.deleted", actor: "user:ann" });
    await expect(t.read(contracts.getBeadHistory, { bead: "gt-zz" })).rejects.toMatchObject({ code: "not_found" });
    expect(await t.replayed()).toEqual(faithful);
  });

  it("of an agent gives its work to another, and takes its mail and nudges", async () => {
    const t = await TestTown.found("crew");
    const bead = await t.create();
    const job = await t.started(bead);
    await t.runs(job);
    const { agent } = job;
    const mail = await t.done(contracts.sendMail, { to: agent, subject: "Hello" });
    await t.done(contracts.sendNudge, { agent, message: "Hello", mode: "queue" });
    await t.done(contracts.deleteBeads, { beads: [agent] });
    await t.wasAsked(contracts.stopAgent, { agent, generation: 1 });
    await expect(t.read(contracts.getBead, { bead: agent })).rejects.toMatchObject(notFound);
    await expect(t.read(contracts.getBead, { bead: String(mail["bead"]) })).rejects.toMatchObject(notFound);
    expect((await t.read(contracts.listNudges, {})).items).toEqual([]);
    const again = await eventually(async () => {
      const other = await t.started(bead);
      expect(other.agent).not.toBe(agent);
      return other;
    });
    expect(again.branch).toBe(job.branch);
    expect(await t.read(contracts.getBead, { bead })).toMatchObject({ attempts: 1, status: "in_progress" });
    expect(await t.runs(job, "exited")).toMatchObject(terminal("agent_not_found"));
    expect(await t.send(contracts.sendMail, { to: agent, subject: "Hello" })).toMatchObject(
      terminal("agent_not_found"),
    );
    expect(await t.replayed()).toEqual(faithful);
  });

  it("by status deletes 500 at once and says that there are more; convoys that lose all are closed", async () => {
    const t = await TestTown.found("many");
    const tasks = Array.from({ length: 100 }, (_, i) => ({ rig: "web", title: `Task ${i}` }));
    const convoys: string[] = [];
    for (let i = 0; i < 6; i += 1) {
      const made = await t.done(contracts.createConvoy, { title: `Convoy ${i}`, tasks, staged: true });
      convoys.push(String(made["convoy"]));
    }
    const first = await t.done(contracts.deleteBeadsWhere, { status: ["open"], type: ["issue"] });
    expect(first).toMatchObject({ more: true });
    expect(first["deleted"]).toHaveLength(500);
    expect(await t.read(contracts.getBead, { bead: convoys[4] ?? "" })).toMatchObject({ status: "closed" });
    expect(await t.read(contracts.getBead, { bead: convoys[5] ?? "" })).toMatchObject({ status: "open" });
    const second = await t.done(contracts.deleteBeadsWhere, { status: ["open"], type: ["issue"] });
    expect(second).toMatchObject({ more: false });
    expect(second["deleted"]).toHaveLength(100);
    const third = await t.done(contracts.deleteBeadsWhere, { status: ["open", "closed"] });
    expect(third["deleted"]).toHaveLength(6);
    expect(await t.replayed()).toEqual(faithful);
  });

  it("sees as much of a town as is needed: deciding on all of it gives the same", async () => {
    const t = await TestTown.found("whole", { autoResolveConflicts: true });
    await t.addRig("api", "api");
    const tasks = [
      { rig: "web", title: "First" },
      { rig: "api", title: "Second", dependsOn: [0] },
    ];
    await t.done(contracts.createConvoy, { title: "C", tasks, staged: true });
    const bead = await t.create();
    const formula = {
      name: "ship",
      steps: [
        { id: "a", title: "A" },
        { id: "b", title: "B", needs: ["a"] },
      ],
    };
    const held = await t.create({ held: true, parent: bead });
    await t.done(contracts.createMolecule, { bead: held, formula });
    await t.done(contracts.raiseEscalation, { bead, title: "Help", severity: "high" });
    const job = await t.started(bead);
    await t.done(contracts.sendMail, { to: job.agent, subject: "Hello" });
    const adopted = await t.done(contracts.adoptPull, { rig: "web", number: 9 });
    await t.pull(String(adopted["bead"]), { number: 9, state: "conflicts" });
    const other = await t.create({ dependsOn: [bead] });
    const second = await t.create();
    await t.handsIn(await t.started(second));
    await eventually(async () =>
      expect((await t.read(contracts.getBead, { bead: second })).mergeRequest).not.toBeNull(),
    );
    expect(other).toMatch(/^gt-/);

    const compared = await snapshot(db, async (tx) => {
      const whole = await loadWholeTown(tx, t.id);
      if (whole === null) throw new Error("there is no town");
      const differing: string[] = [];
      for (const id of whole.beads.keys()) {
        const [part] = await loadStates(tx, [{ town: t.id, needs: { treesOf: [id] } }]);
        const [few, all] = [part ?? whole, whole].map((state) => JSON.stringify(removeTrees(state, [id], 1)));
        if (part === null || few !== all) differing.push(`${id} ${few} ${all}`);
      }
      return { differing, beads: whole.beads.size, types: new Set([...whole.beads.values()].map(({ type }) => type)) };
    });
    expect(compared.differing).toEqual([]);
    expect(compared.types).toContain("molecule");
    expect(compared.types.size).toBe(7);
    await t.done(contracts.deleteBeads, { beads: [bead, String(adopted["bead"])] });
    await t.wasAsked(contracts.releasePull, { bead: adopted["bead"], close: false });
    expect(await t.replayed()).toEqual(faithful);
  });
});

/** Subjects of the commands of a town that wait to be sent. */
async function pending(town: string): Promise<string[]> {
  const { rows } = await db.drizzle.execute<{ type: string; bead: string | null }>(sql`
    select body->>'type' as type, body->'data'->'bead'->>'bead' as bead from outbox
    where town = ${town} and sent_at is null and kind = 'command' order by town_seq`);
  return rows.map(({ type, bead }) => `${type} ${bead ?? ""}`.trim());
}

describe("what is still queued", () => {
  it("for a deleted bead is not sent any more, and the agent that was to start is stopped", async () => {
    const t = await TestTown.found("queued");
    await t.wasAsked(contracts.registerRepo, { rig: "web" });
    await eventually(async () => expect(await pending("queued")).toEqual([]));
    // The town's messages go out in order: behind one that no stream takes they all wait.
    await transaction(db, async (tx) => {
      await lockTown(tx, t.id);
      const descriptor = contracts.townUpdated;
      const [id] = await saveOutbox(tx, [{ descriptor, town: t.id, data: { changed: [] }, actor: "user:ann" }]);
      await tx.execute(sql`update outbox set subject = 'nowhere.at.all' where id = ${id}`);
    });
    const bead = await t.create();
    await eventually(async () => expect(await pending("queued")).toEqual([`dispatcher.agent.start ${bead}`]));
    await t.done(contracts.deleteBeads, { beads: [bead] });
    await eventually(async () => expect(await pending("queued")).toEqual(["dispatcher.agent.stop"]));
    await db.drizzle.execute(sql`delete from outbox where town = 'queued' and subject = 'nowhere.at.all'`);
    await eventually(() => expect(t.asked(contracts.stopAgent)).toHaveLength(1), { timeoutMs: 40_000 });
    expect(t.asked(contracts.startAgent)).toEqual([]);
  });
});

describe("removing a rig", () => {
  it("is refused while it has live work; forced, the forge forgets it, and it may be added again", async () => {
    const t = await TestTown.found("rigs");
    await t.addRig("api", "api");
    const kept = await t.create({ rig: "api", held: true });
    const bead = await t.create();
    const job = await t.started(bead);
    await t.runs(job);
    expect(await t.send(contracts.removeRig, { rig: "web" })).toMatchObject({
      outcome: "refused",
      code: "wrong_state",
      message: expect.stringContaining(bead),
    });
    expect(await t.done(contracts.removeRig, { rig: "web", force: true })).toEqual({ rig: "web", deleted: 2 });
    await t.wasAsked(contracts.stopAgent, { agent: job.agent });
    await eventually(() => expect(t.asked(contracts.forgetTown)).toEqual([{ rigs: ["web"] }]));
    await expect(t.read(contracts.getBead, { bead })).rejects.toMatchObject(notFound);
    expect(await t.read(contracts.getBead, { bead: kept })).toMatchObject({ status: "open" });
    await expect(t.read(contracts.getRig, { rig: "web" })).rejects.toMatchObject({ code: "not_found" });
    expect(await t.send(contracts.createBead, { rig: "web", title: "x" })).toMatchObject(terminal("rig_not_found"));
    await t.addRig("web", "gt");
    expect(await t.create({ held: true })).not.toBe(bead);
    expect(await t.replayed()).toEqual(faithful);
  });
});

const value = (secret: string) => ({ sealed: `sealed-${secret}`, hint: `****${secret.slice(-4)}` });

describe("settings", () => {
  it("reach the next start, the rig's before the town's, and are shown without their secrets", async () => {
    const t = await TestTown.found("settings");
    await t.done(contracts.updateTown, {
      model: "town/model",
      models: { refinery: "town/refinery" },
      instructions: { polecat: "Town says." },
      env: { TOKEN: value("townsecret1"), ONLY: value("townsecret2") },
    });
    await t.done(contracts.updateRig, {
      rig: "web",
      models: { polecat: "rig/polecat" },
      instructions: { polecat: "Rig says." },
      env: { TOKEN: value("rigsecret3") },
      policy: { maxReworkRounds: 2 },
    });
    const job = await t.started(await t.create());
    expect(job).toMatchObject({
      model: "rig/polecat",
      instructions: ["Town says.", "Rig says."],
      env: { TOKEN: value("rigsecret3"), ONLY: value("townsecret2") },
    });
    expect(await t.read(contracts.getTown, {})).toMatchObject({ env: { TOKEN: "****ret1", ONLY: "****ret2" } });
    expect(await t.read(contracts.getRig, { rig: "web" })).toMatchObject({
      env: { TOKEN: "****ret3" },
      policyOverride: { maxReworkRounds: 2 },
    });
    await eventually(() => expect(t.told(contracts.rigUpdated)).toHaveLength(1));
    const said = JSON.stringify(events.filter(({ townid }) => townid === t.id));
    expect(said).not.toMatch(/sealed-|\*\*\*\*/);
    expect(t.told(contracts.rigUpdated)[0]?.data).toEqual({
      rig: "web",
      changed: expect.arrayContaining(["models", "instructions", "env", "policyOverride"]),
    });
    await t.done(contracts.updateRig, { rig: "web", policy: null, env: { TOKEN: null } });
    expect(await t.read(contracts.getRig, { rig: "web" })).toMatchObject({ env: {}, policyOverride: {} });
    expect(await t.replayed()).toEqual(faithful);
  });

  it("that the forge keeps are told to it again, once", async () => {
    const t = await TestTown.found("checks");
    await t.wasAsked(contracts.registerRepo, { rig: "web", check: null });
    await t.done(contracts.updateRig, { rig: "web", check: "npm test", requiredApprovals: 1 });
    await t.wasAsked(contracts.registerRepo, { rig: "web", check: "npm test", requiredApprovals: 1 });
    await t.done(contracts.updateRig, { rig: "web", model: "m" });
    await t.create({ held: true });
    expect(t.asked(contracts.registerRepo)).toHaveLength(2);
    expect(await t.read(contracts.getRig, { rig: "web" })).toMatchObject({ state: "ready" });
  });
});

/** The rows of a town in each table that has any. */
async function rowsOf(town: string): Promise<Record<string, number>> {
  const { rows } = await db.drizzle.execute<{ name: string }>(sql`
    select table_name as name from information_schema.columns where table_schema = 'town' and column_name = 'town'`);
  const counts: Record<string, number> = {};
  for (const { name } of rows) {
    const table = sql.identifier(name);
    const found = await db.drizzle.execute<{ n: number }>(
      sql`select count(*)::int as n from ${table} where town = ${town}`,
    );
    if ((found.rows[0]?.n ?? 0) > 0) counts[name] = found.rows[0]?.n ?? 0;
  }
  return counts;
}

describe("deleting a town", () => {
  it("leaves nothing of it, tells the others, and knows it no more; one of its id begins anew", async () => {
    const t = await TestTown.found("gone");
    const bead = await t.create();
    const job = await t.started(bead);
    await t.runs(job);
    await t.done(contracts.sendNudge, { agent: job.agent, message: "Hello", mode: "queue" });
    await t.create({ dependsOn: [bead] });
    await t.handsIn(job);
    await eventually(async () =>
      expect(Object.keys(await rowsOf("gone"))).toEqual(
        expect.arrayContaining([
          "agents",
          "bead_history",
          "beads",
          "causes",
          "dependencies",
          "log",
          "merge_requests",
          "nudges",
          "rigs",
          "towns",
        ]),
      ),
    );

    expect(await t.done(contracts.deleteTown, {})).toEqual({ town: "gone" });
    expect(Object.keys(await rowsOf("gone")).toSorted()).toEqual([
      "former_towns",
      "inbox",
      "outbox",
      "outbox_town",
      "town_seq",
    ]);
    await eventually(() => expect(t.asked(contracts.forgetTown)).toEqual([{ rigs: null }]));
    await eventually(() => expect(t.asked(contracts.forgetTownContainers)).toHaveLength(1));
    await eventually(() => expect(t.told(contracts.townDeleted).map(({ data }) => data)).toEqual([{ by: "user:ann" }]));
    await expect(t.read(contracts.getTown, {})).rejects.toMatchObject({ code: "not_found" });

    expect(await t.send(contracts.closeBead, { bead })).toMatchObject(terminal("town_not_found"));
    expect(await t.runs(job, "exited")).toMatchObject(terminal("town_not_found"));
    await eventually(() => expect(t.told(contracts.commandRejected)).toHaveLength(2));
    const again = await TestTown.found("gone");
    const first = await again.create({ held: true });
    expect(Number.parseInt(first.slice(3), 36)).toBeGreaterThan(Number.parseInt(job.agent.slice(3), 36));
    expect(await again.pull(bead)).toMatchObject(terminal("bead_not_found"));
    expect(await again.runs(job, "exited")).toMatchObject(terminal("agent_not_found"));
    expect((await again.read(contracts.listBeads, {})).items.map((item) => item.bead)).toEqual([first]);
    expect(await again.replayed()).toEqual(faithful);
  });
});
