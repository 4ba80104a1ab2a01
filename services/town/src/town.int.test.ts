import { ask, listDeadLetters, newEnvelope, publish, sendCommand } from "@gastown/bus";
import * as contracts from "@gastown/contracts";
import type { Envelope, PolicyOverride, ReplyOf, Verdict } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { describe, expect, it } from "vitest";
import { logKeptMs, shortenLogs } from "./store/shorten-logs.ts";
import { TestTown } from "./test/test-town.ts";
import { useTown } from "./test/use-town.ts";

const used = useTown({ replicas: 2 });
const head = (digit: string) => digit.repeat(40);

type Told = Partial<contracts.DataOf<typeof contracts.reportPull>> &
  Pick<contracts.DataOf<typeof contracts.reportPull>, "state">;
let revision = 0;

/** A town whose forge tells of its pull request 7. */
class ForgeTown extends TestTown {
  reportPull(bead: string, told: Told): Promise<Verdict> {
    revision += 1;
    const pull = { number: 7, url: "http://forge/7", head: head("1"), branch: "work", base: "main" };
    const plain = { ...pull, rig: "web", causes: [], mergeCommit: null, since: new Date().toISOString() };
    return this.send(contracts.reportPull, { ...plain, bead, revision, ...told }, "service:scm");
  }

  /** Its events, oldest first. */
  events(): Envelope[] {
    return this.used.events.filter(({ townid }) => townid === this.id);
  }
}

const townOf = (id: string) => new ForgeTown(used, id);
const foundTown = (id: string, policy?: PolicyOverride) => townOf(id).found(policy, { check: "npm test" });

describe("the life of a bead", () => {
  it("goes from created to merged, is reviewed on the way, and lets its dependant go on", async () => {
    const t = await foundTown("life");
    const first = await t.create({ title: "First" });
    const second = await t.create({ title: "Second", dependsOn: [first] });
    const start1 = await t.waitFor(contracts.startAgent, (job) => job.bead.bead === first);
    expect(start1).toMatchObject({
      role: "polecat",
      generation: 1,
      rig: { rig: "web", defaultBranch: "main", check: "npm test" },
      branch: `gt/anvil/${first}`,
      base: "main",
      review: null,
    });
    expect(await t.bead(first)).toMatchObject({ status: "in_progress", attempts: 1, assignee: start1.agent });
    expect(await t.bead(second)).toMatchObject({ status: "open", blockedBy: [first], assignee: null });
    await t.report(start1, "running");

    expect(await t.done(start1, "completed", head("1"))).toMatchObject({ outcome: "applied" });
    await t.report(start1, "exited", { reason: "done" });
    const open = await t.waitFor(contracts.openPull, ({ head: branch }) => branch === `gt/anvil/${first}`);
    expect(open).toMatchObject({ rig: "web", base: "main", title: "First" });
    const request = open.bead;
    expect(await t.bead(first)).toMatchObject({ status: "in_review", mergeRequest: { source: first, review: "none" } });

    await t.reportPull(request, { state: "checks_pending" });
    const review = await t.waitFor(contracts.startAgent, (job) => job.bead.bead === request);
    expect(review).toMatchObject({
      role: "refinery",
      review: { pull: 7, head: head("1"), source: { bead: first } },
    });
    await t.report(review, "running");
    await t.reportPull(request, { state: "ready" });
    expect(await t.done(review, "approved", head("1"))).toMatchObject({ outcome: "applied" });
    const given = await t.waitFor(contracts.reviewPull, ({ number }) => number === 7);
    expect(given).toMatchObject({
      verdict: "approve",
      reviewer: `agent:${review.agent}`,
      expectedHead: head("1"),
    });
    const merge = await t.waitFor(contracts.mergePull, ({ bead }) => bead === request);
    expect(merge).toMatchObject({ number: 7, expectedHead: head("1") });
    await t.heard();
    expect(t.events().filter((e) => (e.data as { agent?: string }).agent === review.agent).length).toBeGreaterThan(0);

    await t.reportPull(request, { state: "merged", mergeCommit: head("9") });
    const start2 = await t.waitFor(contracts.startAgent, (job) => job.bead.bead === second);
    expect(start2.agent).toBe(start1.agent);
    expect(start2.generation).toBe(2);
    expect(await t.bead(first)).toMatchObject({
      status: "closed",
      mergeRequest: { mergeCommit: head("9"), state: "merged" },
    });
    await t.heard();
    expect(t.told(contracts.beadUnblocked)).toHaveLength(1);
    const order = t.events().map((e) => e.type);
    expect(order.indexOf("town.bead.unblocked")).toBeGreaterThan(order.indexOf("town.merge.requested"));
    await t.waitFor(contracts.stopAgent, ({ agent }) => agent === review.agent);
  });

  it("remembers who did what because of what, and tells it in pages", async () => {
    const t = townOf("life");
    const { items: beads } = await t.read(contracts.listBeads, { type: ["issue"], limit: 1 });
    const firstPage = await t.read(contracts.listBeads, { type: ["issue"], limit: 1, after: String(beads.length) });
    expect(firstPage.next).toBeNull();
    const { items: all } = await t.read(contracts.listBeads, { type: ["issue"] });
    const first = all.at(-1)?.bead ?? "";
    const pages = [];
    let after: string | undefined;
    do {
      const page: ReplyOf<typeof contracts.getBeadHistory> = await t.read(contracts.getBeadHistory, {
        bead: first,
        limit: 3,
        ...(after === undefined ? {} : { after }),
      });
      pages.push(...page.items);
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(pages.map(({ type, actor }) => [type, actor])).toEqual([
      ["bead.created", "user:ann"],
      ["bead.assigned", "rule:assign-open-bead"],
      ["agent.dispatched", "rule:dispatch"],
      ["bead.status-changed", "rule:dispatch"],
      ["work.handed-in", expect.stringMatching(/^agent:/)],
      ["bead.status-changed", expect.stringMatching(/^agent:/)],
      ["review.requested", "rule:request-review"],
      ["review.completed", expect.stringMatching(/^agent:/)],
      ["merge.requested", "rule:merge-when-ready"],
      ["bead.status-changed", "rule:close-merged"],
    ]);
  });
});

describe("rework and loss", () => {
  it("sends a bead back with what was said, to the same branch and agent, once per head", async () => {
    const t = await foundTown("rework", { codeReview: false });
    const id = await t.create();
    const first = await t.waitFor(contracts.startAgent, (job) => job.bead.bead === id);
    await t.done(first, "completed", head("1"));
    await t.report(first, "exited", { reason: "done" });
    const open = await t.waitFor(contracts.openPull, () => true);
    await t.reportPull(open.bead, {
      state: "checks_failing",
      causes: [{ state: "checks_failing", message: "2 tests fail" }],
    });
    const again = await t.waitFor(contracts.startAgent, (job) => job.generation === 2);
    expect(again).toMatchObject({ agent: first.agent, branch: first.branch });
    expect(again.feedback).toContain("2 tests fail");
    await t.reportPull(open.bead, { state: "checks_failing" });
    expect(await t.bead(id)).toMatchObject({ status: "in_progress", reworkRounds: 1, attempts: 1 });

    const same = await t.done(again, "completed", head("1"));
    expect(same).toMatchObject({ outcome: "refused", code: "wrong_state" });
    expect(await t.done(again, "completed", head("2"))).toMatchObject({ outcome: "applied" });
    await t.reportPull(open.bead, { state: "ready", head: head("2") });
    const merge = await t.waitFor(contracts.mergePull, () => true);
    expect(merge).toMatchObject({ bead: open.bead, expectedHead: head("2") });
  });

  it("takes work from an agent that crashed, tells why, and gives it out again after its cool-down", async () => {
    const t = await foundTown("crash", { dispatchCooldownMs: [600_000] });
    const id = await t.create();
    const first = await t.waitFor(contracts.startAgent, (job) => job.bead.bead === id);
    await t.report(first, "running");
    await t.report(first, "exited", { reason: "crashed" });
    const explained = await eventually(async () => {
      const told = await t.read(contracts.explainBead, { bead: id });
      expect(told.status).toBe("open");
      expect(told.reasons[0]?.rule).toBe("assign-open-bead");
      return told;
    });
    expect(explained.summary).toMatch(
      /waits \d+ (?:s|min) for its dispatch cool-down \(attempt 1 of 5 brought nothing\)/,
    );
    expect(explained.nextLookAt).not.toBeNull();
    expect(explained.lastCause).toMatchObject({
      type: "bead.released",
      cause: "release-lost-work",
      data: { reason: "Anvil ended: crashed" },
    });
    const late = await t.done(first, "completed", head("1"));
    expect(late).toMatchObject({ outcome: "refused", code: "not_hooked" });
    expect(await t.send(contracts.slingBead, { bead: id })).toMatchObject({ outcome: "applied" });
    const second = await t.waitFor(contracts.startAgent, (job) => job.bead.bead === id && job.generation === 2);
    expect(second.branch).toBe(first.branch);
  });

  it("takes work from an agent that is not heard of any more, and asks for its end", async () => {
    const t = await foundTown("silent", { heartbeatLostMs: 1500, dispatchCooldownMs: [0] });
    const id = await t.create();
    const first = await t.waitFor(contracts.startAgent, (job) => job.bead.bead === id);
    await t.waitFor(contracts.stopAgent, ({ agent, generation }) => agent === first.agent && generation === 1);
    const second = await t.waitFor(
      contracts.startAgent,
      (job) => (job.bead.bead === id && job.agent !== first.agent) || job.generation > 1,
    );
    expect(second.bead.bead).toBe(id);
    const history = await t.read(contracts.getBeadHistory, { bead: id });
    expect(history.items.map((entry) => entry.data["reason"])).toContain("Anvil was not heard of for 2 s");
  });
});

describe("commands", () => {
  it("are taken once, however often they come", async () => {
    const t = await foundTown("twice");
    const envelope = newEnvelope(contracts.createBead, {
      town: t.id,
      data: { rig: "web", title: "Once", held: true },
      actor: "user:ann",
      source: "/test",
    });
    const verdicts = [];
    for (let i = 0; i < 3; i += 1)
      verdicts.push(await sendCommand(used.bus, contracts.createBead, envelope, { timeoutMs: 20_000 }));
    expect(verdicts[1]).toEqual(verdicts[0]);
    expect(verdicts[2]).toEqual(verdicts[0]);
    const { items } = await t.read(contracts.listBeads, { type: ["issue"] });
    expect(items).toHaveLength(1);
  });

  it("about a bead that does not exist are settled at the first delivery, told once, and no dead letter (nats §10, 4)", async () => {
    const t = await foundTown("ghost");
    const envelope = newEnvelope(contracts.closeBead, {
      town: t.id,
      data: { bead: "gt-zz" },
      actor: "user:ann",
      source: "/test",
    });
    const verdict = await sendCommand(used.bus, contracts.closeBead, envelope, { timeoutMs: 20_000 });
    expect(verdict).toMatchObject({ outcome: "terminal", code: "bead_not_found" });
    await publish(used.bus, contracts.closeBead, envelope);
    const after = await t.create({ held: true });
    expect(after).toMatch(/^gt-/);
    await t.heard();
    expect(t.told(contracts.commandRejected)).toHaveLength(1);
    expect(t.told(contracts.commandRejected)[0]).toMatchObject({ command: envelope.id, code: "bead_not_found" });
    expect((await t.read(contracts.getTownVerdict, { command: envelope.id })).verdict).toEqual(verdict);
    expect((await listDeadLetters(used.bus, { limit: 10 })).items).toEqual([]);
  });

  it("about a town that does not exist are terminal too, and one that exists is not made again", async () => {
    expect(await townOf("nowhere").send(contracts.createBead, { rig: "web", title: "x" })).toMatchObject({
      code: "town_not_found",
    });
    const t = await foundTown("exists");
    expect(await t.send(contracts.createTown, { name: "Other" })).toMatchObject({
      outcome: "refused",
      code: "already_exists",
    });
    expect((await t.read(contracts.getTown, {})).name).toBe("exists");
  });

  it("keep what Postgres cannot: texts with NUL and half surrogates come without them", async () => {
    const t = await foundTown("bytes");
    const id = await t.create({ title: "a\u0000b", body: "half \ud800", held: true });
    expect(await t.bead(id)).toMatchObject({ title: "ab", body: "half \ufffd" });
  });

  it("refuse a cycle by name", async () => {
    const t = await foundTown("cycle");
    const a = await t.create({ held: true });
    const b = await t.create({ held: true, dependsOn: [a] });
    const c = await t.create({ held: true, dependsOn: [b] });
    const verdict = await t.send(contracts.updateBead, { bead: a, dependsOn: [c] });
    expect(verdict).toMatchObject({ outcome: "refused", code: "dependency_cycle" });
    expect(verdict.message).toContain(`${a} → ${c} → ${b} → ${a}`);
  });
});

describe("questions", () => {
  it("are answered as of a sequence, in pages, and with what is ready", async () => {
    const t = await foundTown("pages", { maxPolecatsPerRig: 1 });
    const ids = [];
    for (let i = 0; i < 5; i += 1)
      ids.push(await t.create({ title: `Bead ${i}`, held: i === 0, labels: i === 1 ? ["x"] : [] }));
    await t.waitFor(contracts.startAgent, () => true);
    const shown: string[] = [];
    let after: string | undefined;
    do {
      const page: ReplyOf<typeof contracts.listBeads> = await t.read(contracts.listBeads, {
        type: ["issue"],
        limit: 2,
        ...(after === undefined ? {} : { after }),
      });
      shown.push(...page.items.map((item) => item.bead));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(shown).toEqual(ids.toReversed());
    const ready = await t.read(contracts.listBeads, { ready: true });
    expect(ready.items.map((item) => item.bead)).toEqual(ids.slice(2).toReversed());
    const labelled = await t.read(contracts.listBeads, { label: "x" });
    expect(labelled.items.map((item) => item.bead)).toEqual([ids[1]]);
    const waiting = await t.read(contracts.explainBead, { bead: ids[4] ?? "" });
    expect(waiting.summary).toBe(`${ids[4]} waits for a free polecat (cap 1)`);
    const held = await t.read(contracts.explainBead, { bead: ids[0] ?? "" });
    expect(held).toMatchObject({
      summary: `${ids[0]} is held`,
      movesWhen: [`its hold is lifted (gastown sling ${ids[0]})`],
    });
    await eventually(async () => {
      const { seq } = await ask(used.bus, contracts.getTown, { town: t.id, data: {} });
      expect(seq).toBeGreaterThan(0);
    });
    expect(await t.read(contracts.getTown, {})).toMatchObject({
      beads: { open: 4, in_progress: 1 },
      agents: { working: 1 },
    });
    expect((await t.read(contracts.listRigs, {})).items.map((rig) => rig.state)).toEqual(["ready"]);
    const towns = await ask(used.bus, contracts.listTowns, { town: contracts.noTown, data: { limit: 200 } });
    expect(towns.data.items.map((town) => town.town)).toContain("pages");
  });

  it("about what is not there are not_found, and a wrong page is invalid", async () => {
    const t = await foundTown("missing");
    await expect(t.bead("gt-zz")).rejects.toMatchObject({
      code: "not_found",
      message: expect.stringContaining("gt-zz"),
    });
    await expect(t.read(contracts.getRig, { rig: "api" })).rejects.toMatchObject({ code: "not_found" });
    await expect(t.read(contracts.getAgent, { agent: "gt-zz" })).rejects.toMatchObject({ code: "not_found" });
    await expect(townOf("nowhere").read(contracts.listBeads, {})).rejects.toMatchObject({ code: "not_found" });
    await expect(t.read(contracts.listBeads, { after: "yesterday" })).rejects.toMatchObject({ code: "invalid" });
  });

  it("prime an agent with its bead, notes and mail", async () => {
    const t = await foundTown("prime");
    const id = await t.create({ title: "Hooked" });
    const job = await t.waitFor(contracts.startAgent);
    await t.send(
      contracts.agentCheckpoint,
      { agent: job.agent, generation: 1, data: { step: 2 } },
      `agent:${job.agent}`,
    );
    await t.send(contracts.sendMail, { to: job.agent, subject: "Hello", body: "Look at the tests" });
    const primed = await t.read(contracts.primeAgent, { agent: job.agent });
    expect(primed).toMatchObject({
      agent: { agent: job.agent },
      hook: { bead: id },
      checkpoint: { step: 2 },
      unreadMail: 1,
    });
    const taken = await t.send(contracts.checkMail, { agent: job.agent }, `agent:${job.agent}`);
    expect(taken.result).toMatchObject({ mail: [{ subject: "Hello", from: "user:ann" }] });
    const again = await t.send(contracts.checkMail, { agent: job.agent }, `agent:${job.agent}`);
    expect(again.result).toEqual({ mail: [] });
    const raised = await t.send(
      contracts.raiseEscalation,
      { agent: job.agent, bead: id, title: "Help" },
      `agent:${job.agent}`,
    );
    expect(await t.bead(String(raised.result?.["bead"]))).toMatchObject({ type: "escalation", parent: id });
  });
});

describe("a town with nothing to do", () => {
  it("is not due, and heartbeats and mail do not make it so", async () => {
    const t = await foundTown("idle");
    await t.create({ held: true });
    const idle = await eventually(async () => {
      const town = await t.row();
      expect(town.due).toBeNull();
      return town;
    });
    const beat = { agent: "gt-zz", generation: 1, aliveAt: new Date().toISOString(), activeAt: null };
    expect(await t.send(contracts.reportHeartbeat, { agents: [beat] })).toMatchObject({ outcome: "terminal" });
    expect(await t.send(contracts.reportHeartbeat, { agents: [] })).toMatchObject({ outcome: "applied" });
    expect(await t.row()).toEqual(idle);
  });
});

describe("health", () => {
  it("is fine while both servers answer", async () => {
    expect(await used.replicas[0]?.health()).toMatchObject({
      ok: true,
      dependencies: { postgres: { state: "connected" }, nats: { state: "connected" } },
    });
  });
});

describe("replay (R17)", () => {
  it("rebuilds every town of these tests from its log, decides every input again as before, and ends at what is stored", async () => {
    const { items } = (await ask(used.bus, contracts.listTowns, { town: contracts.noTown, data: { limit: 200 } })).data;
    expect(items.length).toBeGreaterThan(5);
    for (const { town } of items) {
      const replayed = await townOf(town).replay();
      expect({ town, differences: replayed.differences }).toEqual({ town, differences: [] });
      expect(replayed).toMatchObject({ deterministic: true, followsToday: true });
    }
  });

  it("keeps what followed when the oldest entries are removed, and says so when asked for a moment before", async () => {
    const { items } = (await ask(used.bus, contracts.listTowns, { town: contracts.noTown, data: { limit: 200 } })).data;
    await shortenLogs(used.db, Date.now() + logKeptMs + 1);
    for (const { town, createdAt } of items) {
      const replayed = await townOf(town).replay();
      expect(replayed).toMatchObject({ followsToday: true, differences: [] });
      await expect(townOf(town).read(contracts.replayTown, { at: createdAt })).rejects.toThrow(
        /the log begins after entry/,
      );
    }
  });
});
