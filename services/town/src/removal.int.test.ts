import * as contracts from "@gastown/contracts";
import type { Command, DataOf, Job, PolicyOverride, Verdict } from "@gastown/contracts";
import { lockTown, saveOutbox, snapshot, transaction } from "@gastown/db";
import { sql } from "@gastown/db/drizzle";
import { eventually } from "@gastown/testkit";
import { describe, expect, it } from "vitest";
import { removeTrees } from "./domain/remove-trees.ts";
import { loadStates } from "./store/load-state.ts";
import { loadWholeTown } from "./store/load-whole-town.ts";
import { TestTown } from "./test/test-town.ts";
import { useTown } from "./test/use-town.ts";

const used = useTown();
const head = (digit: string) => digit.repeat(40);

/** A town of which things are removed. */
class RemovalTown extends TestTown {
  wasAsked<C extends Command>(command: C, like: object): Promise<DataOf<C>> {
    return this.waitFor(command, (data) =>
      Object.entries(like).every(([field, value]) => Reflect.get(data as object, field) === value),
    );
  }

  /** The last start the dispatcher was asked for, for a bead. */
  started(bead: string): Promise<Job> {
    return this.waitFor(contracts.startAgent, (job) => job.bead.bead === bead);
  }

  /** As the forge, of the pull request of a bead. */
  pull(bead: string, fields: { number?: number; revision?: number; state?: contracts.PrState } = {}): Promise<Verdict> {
    const { number = 7, revision = 1, state = "checks_pending" } = fields;
    const known = { url: "http://forge/7", head: head("1"), branch: "b", base: "main", mergeCommit: null };
    const told = { bead, rig: "web", number, revision, state, causes: [{ state, message: "m" }] };
    return this.send(contracts.reportPull, { ...known, ...told, since: new Date().toISOString() }, "service:scm");
  }
}

const found = (id: string, policy: PolicyOverride = {}) =>
  new RemovalTown(used, id).found({ dispatchCooldownMs: [0], ...policy });

/** Whether its log leads to what is stored: same inputs, same state (R17). */
async function replayed(t: TestTown) {
  const { differences, deterministic, followsToday } = await t.replay();
  return { differences, deterministic, followsToday };
}

const faithful = { differences: [], deterministic: true, followsToday: true };
const notFound = { code: "not_found" };
const terminal = (code: string) => ({ outcome: "terminal", code });

describe("deleting beads", () => {
  it("takes all that goes with them, stops who is on it, and lets go on what waits for them", async () => {
    const t = await found("tree");
    const parent = await t.create({ title: "Parent" });
    const child = await t.create({ parent, held: true });
    const waiting = await t.create({ dependsOn: [parent], title: "Waiting" });
    const job = await t.started(parent);
    await t.report(job, "running");
    await t.done(job, "completed", head("1"));
    await t.report(job, "exited", { reason: "done" });
    const { bead: request } = await t.wasAsked(contracts.openPull, { head: job.branch });
    await t.pull(request);
    const reading = await t.started(request);
    await t.report(reading, "running");
    const help = await t.applied(contracts.raiseEscalation, { bead: parent, title: "Help" });

    const removed = await t.applied(contracts.deleteBeads, { beads: [parent, "gt-zz"] });
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
      expect(t.told(contracts.beadDeleted)).toContainEqual({
        bead: request,
        type: "merge_request",
      }),
    );

    expect(await t.pull(request, { revision: 2, state: "closed" })).toMatchObject(terminal("bead_not_found"));
    expect(await t.done(job, "completed", head("1"))).toMatchObject(terminal("bead_not_found"));
    expect(await t.send(contracts.closeBead, { bead: parent })).toMatchObject(terminal("bead_not_found"));
    expect(await t.applied(contracts.deleteBeads, { beads: [parent] })).toEqual({ deleted: [], missing: [parent] });
    const { items } = await t.read(contracts.getBeadHistory, { bead: parent });
    expect(items.at(-1)).toMatchObject({ type: "bead.deleted", actor: "user:ann" });
    await expect(t.read(contracts.getBeadHistory, { bead: "gt-zz" })).rejects.toMatchObject({ code: "not_found" });
    expect(await replayed(t)).toEqual(faithful);
  });

  it("of an agent gives its work to another, and takes its mail and nudges", async () => {
    const t = await found("crew");
    const bead = await t.create();
    const job = await t.started(bead);
    await t.report(job, "running");
    const { agent } = job;
    const mail = await t.applied(contracts.sendMail, { to: agent, subject: "Hello" });
    await t.applied(contracts.sendNudge, { agent, message: "Hello", mode: "queue" });
    await t.applied(contracts.deleteBeads, { beads: [agent] });
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
    expect(await t.report(job, "exited", { reason: "done" })).toMatchObject(terminal("agent_not_found"));
    expect(await t.send(contracts.sendMail, { to: agent, subject: "Hello" })).toMatchObject(
      terminal("agent_not_found"),
    );
    expect(await replayed(t)).toEqual(faithful);
  });

  it("by status deletes 500 at once and says that there are more; convoys that lose all are closed", async () => {
    const t = await found("many");
    const tasks = Array.from({ length: 100 }, (_, i) => ({ rig: "web", title: `Task ${i}` }));
    const convoys: string[] = [];
    for (let i = 0; i < 6; i += 1) {
      const made = await t.applied(contracts.createConvoy, { title: `Convoy ${i}`, tasks, staged: true });
      convoys.push(String(made["convoy"]));
    }
    const first = await t.applied(contracts.deleteBeadsWhere, { status: ["open"], type: ["issue"] });
    expect(first).toMatchObject({ more: true });
    expect(first["deleted"]).toHaveLength(500);
    expect(await t.read(contracts.getBead, { bead: convoys[4] ?? "" })).toMatchObject({ status: "closed" });
    expect(await t.read(contracts.getBead, { bead: convoys[5] ?? "" })).toMatchObject({ status: "open" });
    const second = await t.applied(contracts.deleteBeadsWhere, { status: ["open"], type: ["issue"] });
    expect(second).toMatchObject({ more: false });
    expect(second["deleted"]).toHaveLength(100);
    const third = await t.applied(contracts.deleteBeadsWhere, { status: ["open", "closed"] });
    expect(third["deleted"]).toHaveLength(6);
    expect(await replayed(t)).toEqual(faithful);
  });

  it("sees as much of a town as is needed: deciding on all of it gives the same", async () => {
    const t = await found("whole", { autoResolveConflicts: true });
    await t.addRig("api", "api");
    const tasks = [
      { rig: "web", title: "First" },
      { rig: "api", title: "Second", dependsOn: [0] },
    ];
    await t.applied(contracts.createConvoy, { title: "C", tasks, staged: true });
    const bead = await t.create();
    const formula = {
      name: "ship",
      steps: [
        { id: "a", title: "A" },
        { id: "b", title: "B", needs: ["a"] },
      ],
    };
    const held = await t.create({ held: true, parent: bead });
    await t.applied(contracts.createMolecule, { bead: held, formula });
    await t.applied(contracts.raiseEscalation, { bead, title: "Help", severity: "high" });
    const job = await t.started(bead);
    await t.applied(contracts.sendMail, { to: job.agent, subject: "Hello" });
    const adopted = await t.applied(contracts.adoptPull, { rig: "web", number: 9 });
    await t.pull(String(adopted["bead"]), { number: 9, state: "conflicts" });
    const other = await t.create({ dependsOn: [bead] });
    const second = await t.create();
    await t.done(await t.started(second), "completed", head("1"));
    await eventually(async () =>
      expect((await t.read(contracts.getBead, { bead: second })).mergeRequest).not.toBeNull(),
    );
    expect(other).toMatch(/^gt-/);

    const compared = await snapshot(used.db, async (tx) => {
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
    await t.applied(contracts.deleteBeads, { beads: [bead, String(adopted["bead"])] });
    await t.wasAsked(contracts.releasePull, { bead: adopted["bead"], close: false });
    expect(await replayed(t)).toEqual(faithful);
  });
});

/** Subjects of the commands of a town that wait to be sent. */
async function pending(town: string): Promise<string[]> {
  const { rows } = await used.db.drizzle.execute<{ type: string; bead: string | null }>(sql`
    select body->>'type' as type, body->'data'->'bead'->>'bead' as bead from outbox
    where town = ${town} and sent_at is null and kind = 'command' order by town_seq`);
  return rows.map(({ type, bead }) => `${type} ${bead ?? ""}`.trim());
}

describe("what is still queued", () => {
  it("for a deleted bead is not sent any more, and the agent that was to start is stopped", async () => {
    const t = await found("queued");
    await t.wasAsked(contracts.registerRepo, { rig: "web" });
    await eventually(async () => expect(await pending("queued")).toEqual([]));
    // The town's messages go out in order: behind one that no stream takes they all wait.
    await transaction(used.db, async (tx) => {
      await lockTown(tx, t.id);
      const descriptor = contracts.townUpdated;
      const [id] = await saveOutbox(tx, [{ descriptor, town: t.id, data: { changed: [] }, actor: "user:ann" }]);
      await tx.execute(sql`update outbox set subject = 'nowhere.at.all' where id = ${id}`);
    });
    const bead = await t.create();
    await eventually(async () => expect(await pending("queued")).toEqual([`dispatcher.agent.start ${bead}`]));
    await t.applied(contracts.deleteBeads, { beads: [bead] });
    await eventually(async () => expect(await pending("queued")).toEqual(["dispatcher.agent.stop"]));
    await used.db.drizzle.execute(sql`delete from outbox where town = 'queued' and subject = 'nowhere.at.all'`);
    await t.heard();
    expect(t.asked(contracts.stopAgent)).toHaveLength(1);
    expect(t.asked(contracts.startAgent)).toEqual([]);
  });
});

describe("removing a rig", () => {
  it("is refused while it has live work; forced, the forge forgets it, and it may be added again", async () => {
    const t = await found("rigs");
    await t.addRig("api", "api");
    const kept = await t.create({ rig: "api", held: true });
    const bead = await t.create();
    const job = await t.started(bead);
    await t.report(job, "running");
    expect(await t.send(contracts.removeRig, { rig: "web" })).toMatchObject({
      outcome: "refused",
      code: "wrong_state",
      message: expect.stringContaining(bead),
    });
    expect(await t.applied(contracts.removeRig, { rig: "web", force: true })).toEqual({ rig: "web", deleted: 2 });
    await t.wasAsked(contracts.stopAgent, { agent: job.agent });
    await eventually(() => expect(t.asked(contracts.forgetTown)).toEqual([{ rigs: ["web"] }]));
    await expect(t.read(contracts.getBead, { bead })).rejects.toMatchObject(notFound);
    expect(await t.read(contracts.getBead, { bead: kept })).toMatchObject({ status: "open" });
    await expect(t.read(contracts.getRig, { rig: "web" })).rejects.toMatchObject({ code: "not_found" });
    expect(await t.send(contracts.createBead, { rig: "web", title: "x" })).toMatchObject(terminal("rig_not_found"));
    await t.addRig("web", "gt");
    expect(await t.create({ held: true })).not.toBe(bead);
    expect(await replayed(t)).toEqual(faithful);
  });
});

const value = (secret: string) => ({ sealed: `sealed-${secret}`, hint: `****${secret.slice(-4)}` });

describe("settings", () => {
  it("reach the next start, the rig's before the town's, and are shown without their secrets", async () => {
    const t = await found("settings");
    await t.applied(contracts.updateTown, {
      model: "town/model",
      models: { refinery: "town/refinery" },
      instructions: { polecat: "Town says." },
      env: { TOKEN: value("townsecret1"), ONLY: value("townsecret2") },
    });
    await t.applied(contracts.updateRig, {
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
    const said = JSON.stringify(used.events.filter(({ townid }) => townid === t.id));
    expect(said).not.toMatch(/sealed-|\*\*\*\*/);
    expect(t.told(contracts.rigUpdated)[0]).toEqual({
      rig: "web",
      changed: expect.arrayContaining(["models", "instructions", "env", "policyOverride"]),
    });
    await t.applied(contracts.updateRig, { rig: "web", policy: null, env: { TOKEN: null } });
    expect(await t.read(contracts.getRig, { rig: "web" })).toMatchObject({ env: {}, policyOverride: {} });
    expect(await replayed(t)).toEqual(faithful);
  });

  it("that the forge keeps are told to it again, once", async () => {
    const t = await found("checks");
    await t.wasAsked(contracts.registerRepo, { rig: "web", check: null });
    await t.applied(contracts.updateRig, { rig: "web", check: "npm test", requiredApprovals: 1 });
    await t.wasAsked(contracts.registerRepo, { rig: "web", check: "npm test", requiredApprovals: 1 });
    await t.applied(contracts.updateRig, { rig: "web", model: "m" });
    await t.create({ held: true });
    await eventually(async () => expect((await t.row()).due).toBeNull());
    await t.heard();
    expect(t.asked(contracts.registerRepo)).toHaveLength(2);
    expect(await t.read(contracts.getRig, { rig: "web" })).toMatchObject({ state: "ready" });
  });
});

/** The rows of a town in each table that has any. */
async function rowsOf(town: string): Promise<Record<string, number>> {
  const { rows } = await used.db.drizzle.execute<{ name: string }>(sql`
    select table_name as name from information_schema.columns where table_schema = 'town' and column_name = 'town'`);
  const counts: Record<string, number> = {};
  for (const { name } of rows) {
    const table = sql.identifier(name);
    const counted = await used.db.drizzle.execute<{ n: number }>(
      sql`select count(*)::int as n from ${table} where town = ${town}`,
    );
    if ((counted.rows[0]?.n ?? 0) > 0) counts[name] = counted.rows[0]?.n ?? 0;
  }
  return counts;
}

describe("deleting a town", () => {
  it("leaves nothing of it, tells the others, and knows it no more; one of its id begins anew", async () => {
    const t = await found("gone");
    const bead = await t.create();
    const job = await t.started(bead);
    await t.report(job, "running");
    await t.applied(contracts.sendNudge, { agent: job.agent, message: "Hello", mode: "queue" });
    await t.create({ dependsOn: [bead] });
    await t.done(job, "completed", head("1"));
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

    expect(await t.applied(contracts.deleteTown, {})).toEqual({ town: "gone" });
    expect(Object.keys(await rowsOf("gone")).toSorted()).toEqual([
      "former_towns",
      "inbox",
      "outbox",
      "outbox_town",
      "town_seq",
    ]);
    await eventually(() => expect(t.asked(contracts.forgetTown)).toEqual([{ rigs: null }]));
    await eventually(() => expect(t.asked(contracts.forgetTownContainers)).toHaveLength(1));
    await eventually(() => expect(t.told(contracts.townDeleted)).toEqual([{ by: "user:ann" }]));
    await expect(t.read(contracts.getTown, {})).rejects.toMatchObject({ code: "not_found" });

    expect(await t.send(contracts.closeBead, { bead })).toMatchObject(terminal("town_not_found"));
    expect(await t.report(job, "exited", { reason: "done" })).toMatchObject(terminal("town_not_found"));
    await eventually(() => expect(t.told(contracts.commandRejected)).toHaveLength(2));
    const again = await found("gone");
    const first = await again.create({ held: true });
    expect(Number.parseInt(first.slice(3), 36)).toBeGreaterThan(Number.parseInt(job.agent.slice(3), 36));
    expect(await again.pull(bead)).toMatchObject(terminal("bead_not_found"));
    expect(await again.report(job, "exited", { reason: "done" })).toMatchObject(terminal("agent_not_found"));
    expect((await again.read(contracts.listBeads, {})).items.map((item) => item.bead)).toEqual([first]);
    expect(await replayed(again)).toEqual(faithful);
  });
});
