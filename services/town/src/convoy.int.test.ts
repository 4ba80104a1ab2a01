import * as contracts from "@gastown/contracts";
import type { DataOf, Job, PolicyOverride } from "@gastown/contracts";
import { eventually } from "@gastown/testkit";
import { afterAll, describe, expect, it } from "vitest";
import { useTown } from "./test/use-town.ts";
import { WorkingTown } from "./test/working-town.ts";

const worlds = new Map<string, WorkingTown>();
const used = useTown({ onAsked: (command) => worlds.get(command.townid)?.take(command) });

// Runs before the town is closed: what cannot be answered any more after that is no failure.
afterAll(() => {
  const failures = [...worlds.values()].flatMap((world) => world.failures);
  if (failures.length > 0)
    throw new AggregateError(failures, "agents or the forge could not do what they were asked for");
});

const holdsLandings = (type: string, data: Record<string, unknown>) =>
  type === contracts.openPull.type && String(data["head"]).endsWith("/head");

const quick = { dispatchCooldownMs: [0], landingCooldownMs: 500, landingCooldownMaxMs: 1000, askAgainMs: 60_000 };

function foundWorld(id: string, policy: PolicyOverride = {}): Promise<WorkingTown> {
  const world = new WorkingTown(used, id);
  worlds.set(id, world);
  return world.found({ ...quick, ...policy });
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
async function create(world: WorkingTown, fields: Partial<DataOf<typeof contracts.createConvoy>> = {}): Promise<Made> {
  const verdict = await world.send(contracts.createConvoy, { title: "Add OAuth", tasks: diamond, ...fields });
  expect(verdict).toMatchObject({ outcome: "applied" });
  return verdict.result as unknown as Made;
}
const landed = (world: WorkingTown, convoy: string) =>
  eventually(async () => expect(await world.convoy(convoy)).toMatchObject({ status: "landed" }), { timeoutMs: 60_000 });

describe("a convoy whose work is gathered first", () => {
  it("waits staged, then for its branches, lands in both rigs after a long wait for a person and a conflict", async () => {
    const world = await foundWorld("gather", { stagedConvoys: true });
    world.holds = (type, data) => holdsLandings(type, data) || type === contracts.createBranch.type;
    const { convoy, beads } = await create(world);
    const [base, left, right, top] = beads;
    expect(await world.convoy(convoy)).toMatchObject({ status: "staged", total: 4, mergeMode: "review-then-land" });
    const staged = `${base} waits for its convoy ${convoy}, which is staged`;
    await eventually(async () => expect(await world.says(base)).toBe(staged));
    expect((await world.read(contracts.listBeads, { ready: true })).items).toEqual([]);

    await world.send(contracts.startConvoy, { convoy });
    const { branch } = await world.waitFor(contracts.createBranch, ({ rig }) => rig === "web");
    expect(branch).toBe(`convoy/add-oauth/${convoy}/head`);
    await world.branch(await world.waitFor(contracts.createBranch, ({ rig }) => rig === "api"), null);
    await world.branch({ rig: "web", branch }, "the disk is full");
    const waits = `${base} waits for branch ${branch} in rig web, which the forge could not make: the disk is full`;
    await eventually(async () => expect(await world.says(base)).toBe(waits));
    expect((await world.read(contracts.listBeads, { ready: true })).items).toEqual([]);
    await world.heard();
    expect(world.asked(contracts.startAgent)).toEqual([]);
    const again = () => world.asked(contracts.createBranch, ({ rig }) => rig === "web");
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
      const { summary, nextLookAt } = await world.read(contracts.explainBead, { bead: inWeb.bead });
      expect(summary).toBe(`${inWeb.bead} waits for approval by a person since ${monthAgo} (1 of 1 approvals)`);
      expect(nextLookAt).toBeNull();
    });
    await world.reportPull(inWeb.bead, { state: "awaiting_approval", since: monthAgo, causes: [] });

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
    await eventually(() => expect(world.asked(contracts.openPull, ({ bead }) => bead === inApi.bead)).toHaveLength(2));
    const head = world.headOf({ rig: "api", branch });
    await world.reportPull(inApi.bead, { state: "ready" });
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
      const { due } = await world.row();
      expect(due ?? Infinity).toBeGreaterThanOrEqual(Date.now() + 3_600_000);
    });
    await world.heard();
    expect(world.asked(contracts.startAgent, ({ bead }) => bead.bead === inWeb.bead)).toEqual([]);
    await world.reportPull(inWeb.bead, { state: "ready" });
    await landed(world, convoy);
    expect(await world.bead(convoy)).toMatchObject({ status: "closed", labels: ["gt:convoy"] });

    await world.heard();
    expect(world.told(contracts.convoyLanded)).toEqual([{ convoy, partial: false }]);
    expect(world.told(contracts.convoyRigLanded)).toHaveLength(2);
    expect(world.told(contracts.landingRequested)).toMatchObject([{ attempt: 1 }, { attempt: 1 }]);
    expect(world.told(contracts.respawnSuppressed)).toEqual([{ convoyId: convoy, rig: "web", suppressedAttempt: 2 }]);
    expect(world.told(contracts.awaitingApprovalDetected)).toEqual([
      { bead: inWeb.bead, source: convoy, since: monthAgo, causes: ["1 of 1 approvals"] },
    ]);
    const [resolved] = world.told(contracts.awaitingApprovalResolved);
    expect(resolved).toMatchObject({ bead: inWeb.bead, state: "ready" });
    expect(resolved?.waitedMs).toBeGreaterThanOrEqual(30 * 86_400_000);
    expect(resolved?.waitedMs).toBeLessThan(30 * 86_400_000 + 120_000);
    const progress = world.told(contracts.convoyProgressed).map(({ closed }) => closed);
    expect(progress.at(-1)).toBe(4);
    expect(world.told(contracts.escalationRaised)).toHaveLength(1);
  });

  it("tries again after a person closed its landing, and is done where there is nothing to merge", async () => {
    const world = await foundWorld("again");
    world.holds = holdsLandings;
    const { convoy } = await create(world, {
      tasks: [{ rig: "web", title: "One", body: "", priority: "medium", labels: [], dependsOn: [] }],
    });
    const first = await world.landing("web");
    await world.pull({ bead: first.bead, rig: "web", branch: first.head, base: "main" }, { state: "checks_pending" });
    await world.reportPull(first.bead, { state: "closed" });
    const second = await world.landing("web", 2);
    expect(second.head).toBe(first.head);
    expect(await world.bead(first.bead)).toMatchObject({ status: "failed", failure: { code: "pr_closed" } });
    expect(await world.convoy(convoy)).toMatchObject({
      status: "landing",
      landings: [{ attempts: 2, request: second.bead }],
    });
    // A late word about the one that failed changes nothing (W30).
    await world.reportPull(first.bead, { state: "closed" });
    const nothing = { bead: second.bead, rig: "web", code: "nothing_to_merge", reason: "main has all of it." };
    expect(await world.send(contracts.refusePull, nothing, "service:scm")).toMatchObject({ outcome: "applied" });
    await landed(world, convoy);
  });

  it("fails when its attempts are used up, and people are told; a person may then close it", async () => {
    const world = await foundWorld("exhaust", { maxLandingAttempts: 2, codeReview: false });
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
    await world.heard();
    expect(world.told(contracts.convoyFailed)).toHaveLength(1);
    expect(world.told(contracts.escalationRaised)[0]).toMatchObject({
      title: `convoy ${convoy} cannot land: Add OAuth`,
    });
    expect(await world.send(contracts.closeConvoy, { convoy })).toMatchObject({ outcome: "applied" });
    expect(await world.convoy(convoy)).toMatchObject({ status: "closed", landedAt: null });
  });
});

describe("a convoy whose beads are merged one by one", () => {
  it("lands when all are merged, and makes no branch", async () => {
    const world = await foundWorld("single");
    const { convoy, beads } = await create(world, { mergeMode: "review-and-merge" });
    await landed(world, convoy);
    for (const bead of beads)
      expect(await world.bead(bead)).toMatchObject({ status: "closed", mergeRequest: { target: "main" } });
    await world.heard();
    expect(world.asked(contracts.createBranch)).toEqual([]);
    expect(await world.convoy(convoy)).toMatchObject({
      branch: null,
      landings: [],
      closed: 4,
      spent: { dispatches: 4 },
    });
  });

  it("waits for a person when a bead fails (W26), who accepts it", async () => {
    const world = await foundWorld("failing", { codeReview: false });
    world.holds = (type, data) => type === contracts.startAgent.type && (data as unknown as Job).bead.title === "Left";
    const { convoy, beads } = await create(world, { mergeMode: "review-and-merge" });
    const job = await world.waitFor(contracts.startAgent, ({ bead }) => bead.title === "Left");
    await world.done(job, "failed");
    const [, left, right, top] = beads;
    await eventually(async () => expect(await world.bead(right)).toMatchObject({ status: "closed" }));
    await eventually(async () => expect(await world.says(top)).toBe(`${top} waits for ${left} (failed)`));
    expect((await world.read(contracts.explainBead, { bead: convoy })).nextLookAt).toBeNull();
    await world.send(contracts.closeBead, { bead: left });
    await landed(world, convoy);
    await eventually(() => expect(world.told(contracts.convoyLanded)[0]).toEqual({ convoy, partial: true }));
  });
});

describe("a convoy at work", () => {
  it("is closed by force with its beads, their agents and pull requests; what comes late changes nothing", async () => {
    const world = await foundWorld("force");
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
    await world.reportPull(request, { state: "awaiting_approval" });
    expect(await world.send(contracts.closeConvoy, { convoy, reason: "not needed" })).toMatchObject({
      outcome: "applied",
    });
    expect(await world.convoy(convoy)).toMatchObject({ status: "closed", closed: 2, landedAt: null });
    for (const bead of [...beads, request]) expect(await world.bead(bead)).toMatchObject({ status: "closed" });
    await world.waitFor(contracts.stopAgent, ({ agent }) => agent === job.agent);
    await world.waitFor(contracts.closePull, ({ rig }) => rig === "web");
    expect(await world.done(job, "completed")).toMatchObject({ outcome: "refused", code: "not_hooked" });
    await eventually(() =>
      expect(world.told(contracts.awaitingApprovalResolved)[0]).toMatchObject({
        bead: request,
        state: "closed",
      }),
    );
    expect(await world.send(contracts.closeConvoy, { convoy })).toMatchObject({ outcome: "applied" });
  });

  it("takes beads in and lets them go, and is listed with what it has", async () => {
    const world = await foundWorld("change", { maxPolecatsPerRig: 1 });
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
    await eventually(() => expect(world.told(contracts.convoyChanged)).toHaveLength(2));
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
    const world = await foundWorld("refuse");
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
    const world = await foundWorld("adopt");
    world.holds = (type) => type === contracts.openPull.type;
    const adopted = await world.send(contracts.adoptPull, { rig: "web", number: 41 });
    const bead = String(adopted.result?.["bead"]);
    expect(await world.waitFor(contracts.followPull)).toEqual({ rig: "web", number: 41, bead });
    world.pulls.set(bead, { bead, rig: "web", number: 41, branch: "their/work", base: "release" });
    await world.reportPull(bead, {
      state: "checks_failing",
      causes: [{ state: "checks_failing", message: "2 tests fail" }],
    });
    const repair = await world.waitFor(contracts.startAgent, ({ kind }) => kind === "fixup");
    expect(repair).toMatchObject({ branch: "their/work", base: "release" });
    expect(repair.feedback).toContain("2 tests fail");
    await eventually(() => expect(world.asked(contracts.followPull)).toHaveLength(2));
    await world.reportPull(bead, { state: "ready" });
    await eventually(async () =>
      expect(await world.bead(bead)).toMatchObject({
        status: "closed",
        mergeRequest: { adopted: true, state: "merged", branch: "their/work", target: "release" },
      }),
    );
    await world.heard();
    expect(world.asked(contracts.startAgent, ({ role }) => role === "refinery")).toEqual([]);
  });

  it("is left alone when its bead is closed, and has failed when it cannot be followed", async () => {
    const world = await foundWorld("letgo");
    const adopt = async (number: number) => {
      const { result } = await world.send(contracts.adoptPull, { rig: "web", number });
      return String(result?.["bead"]);
    };
    const bead = await adopt(41);
    world.pulls.set(bead, { bead, rig: "web", number: 41, branch: "their/work", base: "main" });
    await world.reportPull(bead, { state: "checks_pending" });
    expect(await world.send(contracts.closeBead, { bead })).toMatchObject({ outcome: "applied" });
    expect(await world.reportPull(bead, { state: "ready" })).toMatchObject({ outcome: "refused", code: "stale" });
    const gone = await adopt(99);
    await world.waitFor(contracts.followPull, ({ number }) => number === 99);
    const reason = "There is no pull request 99 in web.";
    await world.send(contracts.refusePull, { bead: gone, rig: "web", code: "pr_not_found", reason }, "service:scm");
    expect(await world.bead(gone)).toMatchObject({
      status: "failed",
      failure: { code: "pr_not_found", message: reason },
    });
    await world.send(contracts.createBead, { rig: "web", title: "Something else", held: true });
    await world.heard();
    expect(world.asked(contracts.closePull)).toEqual([]);
  });
});

describe("replay (R17)", () => {
  it("decides all of this again as it was decided", async () => {
    for (const [town, world] of worlds)
      expect({ town, differences: await world.differences() }).toEqual({ town, differences: [] });
  });
});
